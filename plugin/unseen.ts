import { isGate } from '../shared/evaluate/argocd/gate.ts';
import { canonicalUrl } from '../shared/evaluate/argocd/this-repository.ts';
import type { ApplicationSource, Declaration } from '../shared/model.ts';
import { placeText } from '../shared/report/words.ts';
import { normalize } from '../shared/repository/tree-repository.ts';
import type { GatedApplication } from './choose-cluster.ts';

/**
 * What the Application applies from elsewhere than from what the gate is given: another repository, or another revision of this one. One line for each entry.
 * An entry that is the gate itself is one revision with it, whatever the live Application says.
 */
export function unseenSources({ application, files }: Declaration, given: GatedApplication): string[] {
  const sources = application?.sources ?? [];
  const gate = sources.find(
    (source) => isGate(source) && source.path !== undefined && normalize(source.path) === normalize(given.sourcePath),
  );
  const { repoURL, targetRevision } = gate ?? given;
  return speaking(sources, files).flatMap((source) => {
    const where = `(${placeText(source.place)})`;
    if (source === gate) return [];
    if (source.repoURL !== undefined && repoURL !== undefined && canonicalUrl(source.repoURL) !== canonicalUrl(repoURL))
      return `What Argo CD applies comes from ${canonicalUrl(source.repoURL)} ${where}, and the gate is given ${canonicalUrl(repoURL)}.`;
    if (revision(source.targetRevision) !== revision(targetRevision))
      return `What Argo CD applies is read at ${revision(source.targetRevision)} ${where}, and the gate is given ${revision(targetRevision)}.`;
    return [];
  });
}

/** The entries that say something about Cilium: those whose values files others read, and those whose folder is rendered. */
function speaking(sources: readonly ApplicationSource[], files: readonly string[]): ApplicationSource[] {
  const read = new Set(sources.flatMap(({ reads }) => reads));
  return sources.filter(
    ({ ref, path, plugin }) =>
      (ref !== undefined && read.has(ref)) ||
      (path !== undefined && plugin === undefined && files.some((file) => file.startsWith(`${normalize(path)}/`))),
  );
}

function revision(text: string | undefined): string {
  return text === undefined || text === '' ? 'HEAD' : text;
}
