import type { Candidate } from '../../discover/candidate.ts';

/** kustomize turns Helm on with its alpha plugins. */
const ENABLES_HELM = /--enable-helm|--enable[-_]alpha[-_]plugins/;

/** What a config management plugin runs: kustomize with Helm where its name says both, or where this repository defines it as that. */
export function pluginRuns(name: string, candidates: readonly Candidate[]): 'kustomize' | undefined {
  if (/kustomize/i.test(name) && /helm/i.test(name)) return 'kustomize';
  if (name === '') return undefined;
  const bare = name.replace(/-v\d[\w.]*$/, '');
  for (const { text } of candidates) {
    if (!text.includes('ConfigManagementPlugin') && !text.includes('configManagementPlugins') && !/\bcmp:/.test(text)) continue;
    const at = text.indexOf(bare);
    if (at < 0) continue;
    // A definition is a screenful; another plugin's may follow.
    const definition = text.slice(at, at + 1500);
    if (/kustomize[\s\S]{0,80}build/.test(definition) && ENABLES_HELM.test(definition)) return 'kustomize';
  }
  return undefined;
}
