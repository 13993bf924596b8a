import type { AlignedCluster } from '../../align/align.ts';
import { isGate } from '../../evaluate/argocd/gate.ts';
import { repositoryOf, withoutRepository } from '../../place.ts';
import { textAt } from '../../tree.ts';
import { valuesApplication } from '../example.ts';
import type { Rule } from '../rule.ts';

const ANNOTATION = 'argocd.argoproj.io/manifest-generate-paths';
const watching = (paths: string) => ({
  'argocd/cilium.yaml': valuesApplication('cilium/values.yaml', { annotation: `${ANNOTATION}: ${paths}` }),
  'cilium/values.yaml': 'ipam:\n  mode: kubernetes\n',
});

export const manifestGeneratePaths: Rule = {
  id: 'manifest-generate-paths',
  level: 'note',
  title: 'Argo CD does not look when a file changes that Cilium depends on',
  why: 'With this annotation Argo CD renders again only for commits that touch the paths it names. Values outside of them wait for the next change; a plugin that compares with the bootstrap never sees a commit that changes only Talos, which is a warning.',
  fix: `Name every directory that speaks in \`${ANNOTATION}\`, those of Talos too where a plugin compares.`,
  link: 'https://argo-cd.readthedocs.io/en/stable/operator-manual/high_availability/#manifest-paths-annotation',
  examples: {
    passing: watching('/cilium'),
    failing: watching('/apps'),
  },
  judge(cluster) {
    const { argocd } = cluster;
    const policy = argocd?.declaration.application;
    const written = textAt(policy?.annotations, ANNOTATION.replaceAll('.', '\\.'));
    if (!argocd || !policy || written === undefined || written.includes('{{')) return [];
    const directories = policy.sources.flatMap(({ path }) => path ?? []);
    const seen = written
      .split(';')
      .flatMap((path) =>
        path.trim().startsWith('/') ? [resolve(path.trim(), '')] : directories.map((directory) => resolve(path.trim(), directory)),
      );
    const hidden = (files: readonly string[]) =>
      files.filter((file) => {
        const own = withoutRepository(file);
        return !seen.some((path) => path === '' || own === path || own.startsWith(`${path}/`));
      });
    const values = hidden(valuesFiles(argocd));
    const gated = policy.sources.some(isGate);
    // What the gate cannot see in another repository, no path shows to it.
    const home = repositoryOf(argocd.declaration.place.file);
    const compared = [...(cluster.talos?.files ?? []), ...(cluster.bootstrap?.declaration.files ?? [])];
    const talos = gated ? hidden(compared.filter((file) => repositoryOf(file) === home)) : [];
    const all = [...new Set([...values, ...talos])];
    if (all.length === 0) return [];
    return [
      {
        message: `Argo CD does not look again when ${all.slice(0, 3).join(', ')}${all.length > 3 ? ` or ${all.length - 3} more` : ''} change${all.length === 1 ? 's' : ''}: manifest-generate-paths names ${written}${written.startsWith('/') ? '' : ', which is relative to the path of each source'}.`,
        places: [policy.annotations?.place ?? policy.place],
        setting: 'manifest-generate-paths',
        ...(talos.length > 0 ? { level: 'warning' as const, fix: manifestGeneratePaths.fix } : {}),
      },
    ];
  },
};

/** The files of this repository that hold the values. */
function valuesFiles(release: NonNullable<AlignedCluster['argocd']>): string[] {
  return release.declaration.layers.flatMap(({ place }) =>
    'file' in place && place.file !== release.declaration.application?.place.file ? [place.file] : [],
  );
}

function resolve(path: string, directory: string): string {
  const joined = path.startsWith('/') ? path.slice(1) : `${directory}/${path}`;
  const segments: string[] = [];
  for (const segment of joined.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') segments.pop();
    else segments.push(segment);
  }
  return segments.join('/').replace(/\/?\*.*$/, '');
}
