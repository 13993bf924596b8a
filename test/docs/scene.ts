import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parse } from 'unbash';

/** What a block of commands did. */
export interface Played {
  /** The exit code of each command, in their order. */
  codes: number[];
  /** What a person in a terminal would have seen, both streams. */
  output: string;
}

/** A copy of a folder in which the commands of a page run one block after the other, as they would for a reader. */
export interface Scene {
  play(script: string): Played;
  write(path: string, text: string): void;
  remove(): void;
}

/** The programs that a page may call while it is tested. What else stands in a block needs the mark `not run`. */
const PROGRAMS = new Set([
  ...['cilium-align', 'npx', 'node', 'git', 'cat', 'ls', 'grep', 'head', 'tail', 'sed', 'diff', 'mkdir', 'cp', 'mv', 'cd', 'echo'],
  ...['printf', 'test', '[', 'true', 'export'],
]);

/** Copies a folder of the project (`examples/one-source`; `FOLDER//PART` to stand in one of several repositories below FOLDER; `.` for a clone of the project) and makes it a repository with a branch `main` and an `origin`. `cli` is the bundled command line that `cilium-align` and `npx cilium-align` are. */
export function openScene(root: string, path: string, cli: string): Scene {
  const home = mkdtempSync(join(tmpdir(), 'cilium-align-docs-'));
  const [folder, part] = path.split('//') as [string, string?];
  const copy = join(home, 'scene', folder === '.' ? 'cilium-align' : basename(folder));
  mkdirSync(copy, { recursive: true });
  if (folder === '.') {
    mkdirSync(join(copy, 'dist'));
    symlinkSync(dirname(cli), join(copy, 'dist/cli'));
    for (const name of ['examples', 'schema', 'package.json']) cpSync(join(root, name), join(copy, name), { recursive: true });
  } else {
    cpSync(join(root, folder), copy, { recursive: true });
    const repositories = part === undefined ? [copy] : readdirSync(copy).map((name) => join(copy, name));
    for (const repository of repositories.filter((each) => statSync(each).isDirectory())) commit(repository, home);
  }
  installed(home, cli);
  return {
    play: (script) => play(script, part === undefined ? copy : join(copy, part), home),
    write(file, text) {
      const full = join(copy, part ?? '', file);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, text);
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** Runs the commands in a folder as it is, with the command line `cli` as `cilium-align`. */
export function playIn(directory: string, script: string, cli: string): Played {
  const home = mkdtempSync(join(tmpdir(), 'cilium-align-docs-'));
  try {
    installed(home, cli);
    return play(script, directory, home);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Puts `cilium-align` and `npx` for it where commands find them. */
function installed(home: string, cli: string): void {
  const bin = join(home, 'bin');
  mkdirSync(bin);
  program(join(bin, 'cilium-align'), `exec node '${cli}' "$@"`);
  program(
    join(bin, 'npx'),
    `while [ "\${1#-}" != "$1" ]; do shift; done\ncase "$1" in cilium-align|cilium-align@*) shift; exec cilium-align "$@";; esac\necho "npx: $1 is not to be had in tests" >&2; exit 127`,
  );
}

/** The first thing that keeps a script from being run in a test: a syntax error, or a program that is not there. */
export function unplayable(script: string): string | undefined {
  const { errors } = parse(script);
  if (errors?.[0]) return `is no shell: ${errors[0].message}`;
  const foreign = programsOf(script).find((name) => !PROGRAMS.has(name));
  return foreign === undefined ? undefined : `calls \`${foreign}\`, which tests do not have: mark the block <!-- not run: why -->`;
}

function play(script: string, directory: string, home: string): Played {
  const { commands } = parse(script);
  const codes = join(home, 'codes');
  writeFileSync(codes, '');
  // One after the other in one shell, so that `cd` and variables stay; each tells its exit code.
  const told = commands.map(({ pos }, i) => `${script.slice(pos, commands[i + 1]?.pos)}\necho $? >> '${codes}'\n`);
  const { stdout, error } = spawnSync('bash', ['-c', `exec 2>&1\n${told.join('')}`], {
    cwd: directory,
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...surroundings(home), PATH: `${join(home, 'bin')}:${process.env.PATH}` },
  });
  if (error) throw error;
  return { codes: readFileSync(codes, 'utf8').split('\n').filter(Boolean).map(Number), output: stdout };
}

function commit(repository: string, home: string): void {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: repository, env: surroundings(home), stdio: 'ignore' });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message=All of it');
  const origin = join(home, 'origin', `${basename(repository)}.git`);
  git('clone', '--quiet', '--bare', '.', origin);
  git('remote', 'add', 'origin', origin);
  git('fetch', '--quiet', 'origin');
}

function surroundings(home: string): NodeJS.ProcessEnv {
  const who = { NAME: 'A reader', EMAIL: 'reader@example.org', DATE: '2026-01-01T00:00:00Z' };
  const identity = Object.entries(who).flatMap(([key, value]) => ['AUTHOR', 'COMMITTER'].map((role) => [`GIT_${role}_${key}`, value]));
  return { PATH: process.env.PATH, HOME: home, GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C.UTF-8', ...Object.fromEntries(identity) };
}

function program(file: string, text: string): void {
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
}

/** Every program that a script calls, also inside of substitutions and blocks. */
function programsOf(script: string): string[] {
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (node === null || typeof node !== 'object') return;
    const { type, name, script: inner, parts } = node as { type?: string; name?: { text: string }; script?: unknown; parts?: unknown };
    if (type === 'Command' && name) found.push(name.text);
    // Both are worked out when they are asked for.
    visit(inner);
    visit(parts);
    for (const child of Object.values(node)) visit(child);
  };
  visit(parse(script));
  return found;
}
