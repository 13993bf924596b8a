import { directoryBeside, fileBeside } from '../../repository/hosted-path.ts';
import type { Repository } from '../../repository/repository.ts';
import { join } from '../../repository/tree-repository.ts';
import { mayMatter, textOfFile } from '../object-files.ts';
import { kustomizationsIn } from './kustomization-file.ts';

const CHARTS = /helmCharts|[hH]elmChartInflationGenerator/;
const known = new WeakMap<Repository, Map<string, boolean>>();

/**
 * False where a kustomization and everything that it names, by a look at its text alone, holds neither Cilium nor anything of Argo CD's: it need not be built.
 * It errs on the side of true.
 */
export function mayReach(repository: Repository, directory: string): boolean {
  let seen = known.get(repository);
  if (!seen) {
    seen = new Map();
    known.set(repository, seen);
  }
  return reaches(repository, directory, seen);
}

function reaches(repository: Repository, directory: string, seen: Map<string, boolean>): boolean {
  const before = seen.get(directory);
  if (before !== undefined) return before;
  // A circle says nothing more.
  seen.set(directory, false);
  const path = kustomizationsIn(repository, directory)[0];
  const text = path === undefined ? undefined : textOfFile(repository, path);
  const result =
    text === undefined ||
    mayMatter(text) ||
    chartsMatter(repository, directory, text) ||
    namesOf(text, repository.beside !== undefined).some((name) => matters(repository, directory, name, seen));
  seen.set(directory, result);
  return result;
}

/** A chart of another name matters only where it lies here: it may be an umbrella. */
function chartsMatter(repository: Repository, directory: string, text: string): boolean {
  return (
    CHARTS.test(text) &&
    (/cilium/i.test(text) || text.includes('chartHome') || repository.isDirectory(directory === '' ? 'charts' : `${directory}/charts`))
  );
}

function matters(repository: Repository, directory: string, name: string, seen: Map<string, boolean>): boolean {
  const path = directoryBeside(name, repository) ?? fileBeside(name, repository) ?? join(directory, name);
  if (path === undefined) return false;
  const file = repository.file(path);
  if (file) {
    const text = textOfFile(repository, file.path);
    return text !== undefined && (mayMatter(text) || CHARTS.test(text));
  }
  return repository.isDirectory(path) && reaches(repository, path, seen);
}

/** Whatever may be a path: items of lists, in blocks and in brackets. */
function namesOf(text: string, remote: boolean): string[] {
  const names: string[] = [];
  for (const line of text.split('\n')) {
    if (!/^\s*-\s|[[\]]|^\s*["']/.test(line)) continue;
    for (const part of line.replace(/\s#.*$/, '').split(/[[\],]|^\s*-\s+|:\s/)) {
      const name = part.trim().replace(/^["']|["']$/g, '');
      if (name !== '' && name.length < 300 && (remote || !name.includes('://'))) names.push(name);
    }
  }
  return names;
}
