import { isGate } from '../shared/evaluate/argocd/gate.ts';
import { canonicalUrl } from '../shared/evaluate/argocd/this-repository.ts';
import type { ApplicationSource, Declaration } from '../shared/model.ts';
import { placeText } from '../shared/report/words.ts';
import { normalize } from '../shared/repository/tree-repository.ts';
import type { GatedApplication } from './choose-cluster.ts';

/**
 * What the Application applies from elsewhere than from what the gate is given: another repository, or another revision of this one. One line for each entry.
 * An entry that is the gate itself is one revision with it, whatever revision the live Application says.
 */
export function unseenSources({ application, files }: Declaration, given: GatedApplication): string[] {
  const sources = application?.sources ?? [];
  const gate = sources.find(
    (source) => isGate(source) && source.path !== undefined && normalize(source.path) === normalize(given.sourcePath),
  );
  const { repoURL, targetRevision } = gate ?? given;
  return sources.flatMap((source) => {
    if (source !== gate && !speaks(source, sources, files)) return [];
    const where = `(${placeText(source.place)})`;
    // Where Git moves the gate itself to another repository, the next one is judged there: what it holds is not seen here.
    const own = source === gate ? given.repoURL : repoURL;
    if (source.repoURL !== undefined && own !== undefined && canonicalUrl(source.repoURL) !== canonicalUrl(own))
      return `What Argo CD applies comes from ${canonicalUrl(source.repoURL)} ${where}, and the gate is given ${canonicalUrl(own)}.`;
    if (source === gate) return [];
    if (revision(source.targetRevision) !== revision(targetRevision))
      return `What Argo CD applies is read at ${revision(source.targetRevision)} ${where}, and the gate is given ${revision(targetRevision)}.`;
    return [];
  });
}

/** It says something about Cilium: others read its values files, or its folder is rendered. */
function speaks({ ref, path, plugin }: ApplicationSource, sources: readonly ApplicationSource[], files: readonly string[]): boolean {
  return (
    (ref !== undefined && sources.some(({ reads }) => reads.includes(ref))) ||
    (path !== undefined && plugin === undefined && files.some((file) => file.startsWith(`${normalize(path)}/`)))
  );
}

function revision(text: string | undefined): string {
  return text === undefined || text === '' ? 'HEAD' : text;
}
