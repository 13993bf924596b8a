import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Side } from '../shared/model.ts';
import { directoryRepository } from '../shared/repository/directory.ts';
import type { Repositories } from '../shared/repository/pair.ts';
import type { Repository } from '../shared/repository/repository.ts';
import { UsageError } from './usage-error.ts';

/** Where a person says that each side stands. */
export interface SidePaths {
  bootstrap?: string;
  argocd?: string;
}

/** A folder and its files. */
export interface WorkingTree {
  root: string;
  repository: Repository;
}

/** What is compared: the working tree at a path, or one for each side. */
export interface Opened {
  repositories: Repositories;
  /** The sides that the working tree at the path speaks for; none where the sides lead to two others. */
  here: readonly Side[];
  /** The working tree whose configuration governs: of two, it is Argo CD's. */
  configured: WorkingTree;
  /** Of two, the other one. */
  other?: { root: string; name: string };
  /** The paths of the sides, inside the repository of each. */
  inside: SidePaths;
}

const SIDES = ['bootstrap', 'argocd'] as const;

/** Opens the working tree at a path, and the repository of a side whose path leads to another one. Throws {@link UsageError} where one is not there or not to be told from the other. */
export function openRepositories(path: string, paths: SidePaths): Opened {
  const root = folderAt(path);
  const named = { bootstrap: find(root, 'bootstrap', paths), argocd: find(root, 'argocd', paths) };
  const here = SIDES.filter((side) => named[side] === undefined || named[side].root === root);
  if (here.length === 2) {
    requireOne(root);
    const tree = { root, repository: open(root) };
    return { repositories: tree.repository, here, configured: tree, inside: insideOf(paths, named, { bootstrap: tree, argocd: tree }) };
  }
  if (here.length === 0 && path !== '.')
    throw new UsageError(`${path} is not compared: --bootstrap and --argocd both lead to other repositories; leave it out`);
  const [left, right] = [named.bootstrap?.root ?? root, named.argocd?.root ?? root];
  requireApart(left, right, named);
  const trees = { bootstrap: { root: left, repository: open(left, right) }, argocd: { root: right, repository: open(right, left) } };
  const [bootstrap, argocd] = namesOf(left, right);
  return {
    repositories: {
      bootstrap: { name: bootstrap, repository: trees.bootstrap.repository },
      argocd: { name: argocd, repository: trees.argocd.repository },
      here: here[0] ?? 'argocd',
    },
    here,
    configured: trees.argocd,
    other: { root: left, name: bootstrap },
    inside: insideOf(paths, named, trees),
  };
}

/** What a side's path leads to, and the root of the repository that it stands in. */
interface Found {
  path: string;
  root: string;
}

function find(root: string, side: Side, { [side]: typed }: SidePaths): Found | undefined {
  if (typed === undefined) return undefined;
  const path = [resolve(root, typed), resolve(typed)].map(real).find((candidate) => candidate !== undefined);
  if (path === undefined)
    throw new UsageError(`--${side} ${typed}: nothing is there, neither in ${root} nor as a folder of another repository`);
  if (isIn(path, root)) return { path, root: checkoutIn(root, path) ?? root };
  const top = repositoryOf(path);
  if (top !== undefined && !isIn(root, top)) return { path, root: top };
  if (!statSync(path).isDirectory())
    throw new UsageError(`--${side} ${typed} is a file outside of ${root}; name the folder of the repository that it stands in`);
  return { path, root: path };
}

/** The root of another checkout below a working tree. A submodule is part of it, a clone in a folder of it is not. */
function checkoutIn(root: string, path: string): string | undefined {
  const isClone = (folder: string) =>
    statSync(join(folder, '.git'), { throwIfNoEntry: false })?.isDirectory() || repositoryOf(root) === undefined;
  const top = repositoryOf(path);
  return top !== undefined && top !== root && isIn(top, root) && isClone(top) ? top : undefined;
}

/** The nearest folder, upwards from a path, that Git keeps. */
function repositoryOf(path: string): string | undefined {
  for (let folder = path; ; folder = dirname(folder)) {
    if (statSync(join(folder, '.git'), { throwIfNoEntry: false })) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

function requireApart(bootstrap: string, argocd: string, named: Record<Side, Found | undefined>): void {
  if (bootstrap === argocd) {
    const below = SIDES.map((side) => relative(bootstrap, named[side]!.path));
    const options = below.every((path) => path !== '') ? ` --bootstrap ${below[0]} --argocd ${below[1]}` : '';
    throw new UsageError(`--bootstrap and --argocd are one repository; name it once: cilium-align ${bootstrap}${options}`);
  }
  const [inner, outer] = isIn(bootstrap, argocd) ? [bootstrap, argocd] : [argocd, bootstrap];
  if (isIn(inner, outer) && repositoryOf(inner) !== inner)
    throw new UsageError(
      `${inner} is a folder of ${outer}, and no repository of its own; say where each side stands in it: cilium-align ${outer} --bootstrap PATH --argocd PATH`,
    );
}

/** Three clones side by side are somebody's folder of sources, which would be read as one cluster's, and take minutes. */
function requireOne(root: string): void {
  if (repositoryOf(root) !== undefined) return;
  const clones = readdirSync(root, { withFileTypes: true }).filter((e) => e.isDirectory() && existsSync(join(root, e.name, '.git')));
  if (clones.length < 3) return;
  const [first] = clones.map(({ name }) => name).sort();
  throw new UsageError(
    `${root} holds ${clones.length} Git repositories and is none itself; name the one to check: cilium-align ${join(root, first!)}`,
  );
}

function insideOf(paths: SidePaths, named: Record<Side, Found | undefined>, trees: Record<Side, WorkingTree>): SidePaths {
  const inside: SidePaths = {};
  for (const side of SIDES) {
    const found = named[side];
    if (found === undefined) continue;
    const { root, repository } = trees[side];
    const path = relative(root, found.path).split(sep).join('/');
    if (path !== '' && repository.file(path) === undefined && !repository.isDirectory(path))
      throw new UsageError(`--${side} ${paths[side]}: nothing is there in ${root} that Git would track`);
    if (path !== '') inside[side] = path;
  }
  return inside;
}

/** What the report calls two repositories: their folders, or their sides where the folders are called the same. */
function namesOf(bootstrap: string, argocd: string): [string, string] {
  const [left, right] = [bootstrap, argocd].map((root) => basename(root).replace(/[^\w.-]+/g, '-'));
  return left === right || !left || !right ? ['bootstrap', 'argocd'] : [left, right];
}

function open(root: string, other?: string): Repository {
  const inner = other !== undefined && isIn(other, root) ? [relative(root, other).split(sep).join('/')] : [];
  try {
    return directoryRepository(root, ...inner);
  } catch (error) {
    throw unreadable(root, error);
  }
}

function folderAt(path: string): string {
  const full = resolve(path);
  try {
    if (!statSync(full).isDirectory()) throw new UsageError(`${full} is a file; name the folder of a Git working tree`);
    return realpathSync(full);
  } catch (error) {
    throw unreadable(full, error);
  }
}

function unreadable(path: string, error: unknown): UsageError {
  if (error instanceof UsageError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  return new UsageError(code === 'ENOENT' ? `there is no folder ${path}` : `cannot read the folder ${path} (${code ?? 'unknown error'})`);
}

function real(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** A path is a folder or lies below it. */
function isIn(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
