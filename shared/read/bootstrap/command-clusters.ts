import type { Invocation } from '../../language/shell/invocation.ts';
import type { FoundPath } from '../../language/shell/paths.ts';
import { knownText, possibleTexts, type Text } from '../../language/shell/text.ts';
import type { ClusterEvidence, Layer } from '../../model.ts';
import { textAt } from '../../tree.ts';
import { addEvidence, groupedDirectory } from '../cluster-evidence.ts';

const CLUSTER_VARIABLE = /cluster|context|environment|^env$|^site$/i;

/** What a command line says about the cluster it installs to: its context, names that stand for a variable of a path, directories, `cluster.name`. */
export function clusterEvidence(
  invocation: Invocation,
  context: Text | undefined,
  filled: FoundPath['filled'],
  files: readonly string[],
  layers: readonly Layer[],
): ClusterEvidence[] {
  const found: ClusterEvidence[] = [];
  const add = (name: string | undefined, why: string, strength: 1 | 2 | 3, copied?: true) =>
    addEvidence(found, name, { why, strength, ...(copied && { copied }) });
  const known = context && knownText(context);
  if (known) add(known.replace(/^.*@/, ''), `the command names the context ${known}`, 3);
  for (const { unknown, value } of filled)
    if (unknown.name && CLUSTER_VARIABLE.test(unknown.name)) add(value, `${value} is what \${${unknown.name}} stands for`, 2);
  const named = layers.some((l) => l.kind === 'set' && l.flags.some((f) => /(?:^|,)(?:cilium\.)?cluster\.name=/.test(f.text)));
  for (const layer of layers) {
    if (layer.kind === 'set') {
      for (const flag of layer.flags) {
        const name = /(?:^|,)(?:cilium\.)?cluster\.name=([^,]+)/.exec(flag.text)?.[1];
        if (name && !flag.opaque) add(name, 'the command sets cluster.name', 3, true);
      }
    } else if (layer.tree.kind === 'map' && !named) add(textAt(layer.tree, 'cluster.name'), 'its values set cluster.name', 3, true);
  }
  for (const variable of ['CLUSTER_NAME', 'CLUSTER', 'cluster_name', 'cluster']) {
    const text = invocation.variable(variable);
    if (text) for (const name of possibleTexts(text)) add(name, `the variable ${variable} says so`, 2);
  }
  for (const evidence of invocation.commands.clusters) add(evidence.name, evidence.why, evidence.strength);
  for (const file of files) for (const evidence of directoryEvidence(file)) add(evidence.name, evidence.why, evidence.strength);
  return found;
}

/** Names of directories that usually are names of clusters. */
export function directoryEvidence(file: string): ClusterEvidence[] {
  const name = groupedDirectory(file);
  return name &&
    !/^(apps?|base|infra(structure)?|core|bootstrap|default|cilium|cni|network(ing)?|platform|kube-system|templates?|common|shared)$/.test(
      name,
    )
    ? [{ name, why: `the directory ${file.slice(0, file.indexOf(`${name}/`) + name.length)}`, strength: 1 }]
    : [];
}
