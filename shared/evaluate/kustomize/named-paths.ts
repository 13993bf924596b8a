import { join } from '../../repository/tree-repository.ts';
import type { Fault } from '../fault.ts';

/** A path that a kustomization names, from the root; undefined for a URL and for what leaves the repository. */
export function localPath(directory: string, written: string): string | undefined {
  return written.includes('://') ? undefined : join(directory, written);
}

/** The field of a fault that says which file is not there. */
export function missingAt(directory: string, written: string): Pick<Fault, 'missing'> {
  const path = join(directory, written);
  return path === undefined ? {} : { missing: path };
}

/** True for what kustomize fetches: a URL, or a Git host's short form. */
export function isRemote(text: string): boolean {
  return (
    /^(?:[a-z+]+:\/\/|git@|git::|github\.com[/:]|gitlab\.com[/:]|bitbucket\.org[/:])/.test(text) ||
    /[?&](?:ref|version)=/.test(text) ||
    /^[\w-]+(?:\.[\w-]+)+\/.*\/\//.test(text)
  );
}
