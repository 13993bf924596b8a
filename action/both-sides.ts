import { memoryRepository } from '../shared/repository/memory.ts';
import type { Repositories } from '../shared/repository/pair.ts';
import type { Repository } from '../shared/repository/repository.ts';
import type { OtherRepository } from './other-repository.ts';

/** What this repository and the other one are called in every place of the report. */
export interface SideNames {
  ours: string;
  theirs: string;
}

/** Short names that differ and hold nothing that a path is made of; `repository` is ours as `owner/name`. */
export function sideNames(repository: string | undefined, other: OtherRepository): SideNames {
  const [ours, theirs] = [nameOf(repository ?? 'this-repository'), nameOf(other.title)];
  return ours === theirs ? { ours: other.side === 'bootstrap' ? 'argocd' : 'bootstrap', theirs: other.side } : { ours, theirs };
}

/** What is checked: one repository, or one for each side; one that could not be read has no files. */
export function bothSides(files: Repository, other: OtherRepository | undefined, names: SideNames | undefined): Repositories {
  if (other === undefined || names === undefined) return files;
  const theirs = { name: names.theirs, repository: 'files' in other.found ? other.found.files : memoryRepository({}) };
  const ours = { name: names.ours, repository: files };
  return other.side === 'bootstrap'
    ? { bootstrap: theirs, argocd: ours, here: 'argocd' }
    : { bootstrap: ours, argocd: theirs, here: 'bootstrap' };
}

/** The last part of the name of a repository or folder. */
function nameOf(title: string): string {
  const last = title.split(/[\\/]/).filter((part) => /[^.]/.test(part));
  return (last.at(-1) ?? 'other').replace(/[^\w.-]+/g, '-');
}
