import type { AlignedCluster } from '../align/align.ts';
import { pathWithin } from '../place.ts';
import type { RepositoryPair } from '../repository/pair.ts';
import { CLUSTER_NAME } from './config.ts';

/** The text of a configuration that says what was inferred of one repository or two, with comments: with it in place, the same sides are compared. */
export function inferConfig(clusters: readonly AlignedCluster[], pair?: RepositoryPair): string {
  return `# yaml-language-server: $schema=https://unpkg.com/cilium-align/schema/config.schema.json
# How cilium-align reads this repository. Every key may be left out: it then infers, or does what is written here.

# What stands below these paths (a file, a folder, or a list of them) speaks for a cluster; a side without one is inferred.
${pair ? '# Those of Talos and the bootstrap are paths in the repository of the bootstrap.\n' : ''}${clusters.length > 0 ? `clusters:\n${clusterLines(clusters, pair).join('\n')}` : NO_CLUSTERS}

# The exit code is 1 from this level on: error, warning, note or never.
fail-on: error

# Whether it is 1 too where something that could be an error cannot be known: fail or warn.
undecided: fail

# Other levels than the built-in ones (error, warning, note), by rule or setting. \`cilium-align explain NAME\` says what each is.
# levels:
#   operator.replicas: note

# Differences and findings that are meant to be, by setting or rule. The reason is shown in every report; after \`until\` they count again.
# allow:
#   - setting: operator.replicas
#     reason: one control plane at first, three later
#     until: 2030-01-31
`;
}

const NO_CLUSTERS = `# clusters:
#   - name: homelab
#     talos: talos
#     bootstrap: bootstrap
#     argocd: apps/cilium`;

const KEYS = ['talos', 'bootstrap', 'argocd'] as const;

function clusterLines(clusters: readonly AlignedCluster[], pair?: RepositoryPair): string[] {
  const names = new Set<string>();
  return clusters.flatMap((cluster) => {
    const name = nameOf(cluster, names);
    names.add(name);
    return [
      `  - name: ${plain(name)}`,
      ...KEYS.flatMap((key) => {
        const own = filesOf(cluster, key, pair);
        if (own.length === 0) return [`    # ${key}: nothing was found`];
        const theirs = new Set(clusters.filter((other) => other !== cluster).flatMap((other) => filesOf(other, key, pair)));
        const path = own.find((file) => !theirs.has(file));
        return [
          path === undefined ? `    # ${key}: every file that it reads speaks for another cluster too` : `    ${key}: ${plain(path)}`,
        ];
      }),
    ];
  });
}

/** The declaring file first; of two repositories, those in the one of the side. */
function filesOf({ talos, bootstrap, argocd }: AlignedCluster, key: (typeof KEYS)[number], pair?: RepositoryPair): string[] {
  const speaker = key === 'talos' ? talos : (key === 'bootstrap' ? bootstrap : argocd)?.declaration;
  const files = speaker ? [speaker.place.file, ...speaker.files] : [];
  if (!pair) return files;
  const { name } = pair[key === 'argocd' ? 'argocd' : 'bootstrap'];
  return files.map((file) => pathWithin(name, file)).filter((file) => file !== undefined);
}

/** The cluster's name as a configuration may write it; another one where it has none or that is taken. */
function nameOf({ name }: AlignedCluster, taken: ReadonlySet<string>): string {
  const own = (name ?? 'main')
    .replace(/[^\w.:@/() -]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 90);
  const base = CLUSTER_NAME.test(own) ? own : 'cluster';
  let unique = base;
  for (let i = 2; taken.has(unique); i++) unique = `${base} (${i})`;
  return unique;
}

/** The text as a YAML scalar that is text to every reader; JSON is YAML, and hides whatever is special. */
function plain(text: string): string {
  return /^[A-Za-z][\w./-]*[\w/]$/.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text) ? text : JSON.stringify(text);
}
