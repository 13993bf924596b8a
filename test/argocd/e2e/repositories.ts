import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Processes } from './processes.ts';

const examples = join(import.meta.dirname, '../../../examples');

/** What stands in a file instead: a text, a change of what stands there, or nothing at all. */
export type Edits = Record<string, string | null | ((text: string) => string)>;

/** Copies one of the examples, with edits, and gives the folder. */
export function copyExample(processes: Processes, example: string, edits: Edits = {}): string {
  const directory = mkdtempSync(join(processes.directory, 'repository-'));
  cpSync(join(examples, example), directory, { recursive: true });
  edit(directory, edits);
  return directory;
}

/** Writes files into a folder of their own, and gives it. */
export function written(processes: Processes, files: Record<string, string>): string {
  const directory = mkdtempSync(join(processes.directory, 'repository-'));
  edit(directory, files);
  return directory;
}

/** Changes files in a folder. A change that changes nothing is a mistake of the test. */
export function edit(directory: string, edits: Edits): void {
  for (const [name, content] of Object.entries(edits)) {
    const file = join(directory, name);
    if (content === null) {
      rmSync(file);
      continue;
    }
    const before = typeof content === 'string' ? undefined : readFileSync(file, 'utf8');
    const after = typeof content === 'string' ? content : content(before!);
    if (after === before) throw new Error(`the edit of ${name} changes nothing`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, after);
  }
}

/** A Git repository on this disk. */
export interface GitRepository {
  url: string;
  directory: string;
  /** Commits everything that lies in the directory and gives the hash. */
  commit(message: string): string;
}

/** Makes a Git repository of a directory, whose first commit is what lies there. */
export function gitRepository(directory: string): GitRepository {
  const environment = { PATH: process.env.PATH, HOME: dirname(directory), GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], {
      cwd: directory,
      env: environment,
      encoding: 'utf8',
    });
  git('init', '--quiet', '--initial-branch=main');
  const repository: GitRepository = {
    url: `file://${directory}`,
    directory,
    commit(message) {
      git('add', '--all');
      git('commit', '--quiet', '--message', message);
      return git('rev-parse', 'HEAD').trim();
    },
  };
  repository.commit('Start');
  return repository;
}
