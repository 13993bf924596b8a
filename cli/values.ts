import { stringify } from 'yaml';
import { redactValue } from '../shared/align/redact.ts';
import { compare } from '../shared/check.ts';
import type { Side, Tree } from '../shared/model.ts';
import { plainText } from '../shared/report/escape.ts';
import { FORM_WORDS, SIDE_WORDS } from '../shared/report/words.ts';
import { joinPath, toPlain } from '../shared/tree.ts';
import { findConfiguration } from './configuration.ts';
import { openRepositories } from './open.ts';
import type { Surroundings } from './surroundings.ts';
import { UsageError } from './usage-error.ts';

/** Prints what one side's people and installer wrote, merged as Helm merges it, as a values file, with the command that renders it. */
export async function printValues(
  side: Side,
  path: string,
  options: { cluster?: string; bootstrap?: string; argocd?: string; config?: string },
  surroundings: Surroundings,
): Promise<void> {
  const opened = openRepositories(path, options);
  const config = await findConfiguration(opened, options.config);
  const { clusters } = compare(opened.repositories, {
    ...opened.inside,
    ...(options.cluster !== undefined && { cluster: options.cluster }),
    ...(config && { config }),
  });
  const found = clusters.filter((c) => c[side] !== null);
  if (found.length === 0)
    throw new UsageError(`no ${SIDE_WORDS[side]} side was found${options.cluster ? ` for cluster ${options.cluster}` : ''}`);
  if (found.length > 1)
    throw new UsageError(`several clusters were found, name one with --cluster: ${found.map((c) => c.name ?? '(unnamed)').join(', ')}`);
  const release = found[0]![side]!;
  const { declaration } = release;
  if (declaration.facts)
    throw new UsageError(`${declaration.place.file} is a rendered manifest: there are no values, only what they rendered`);
  const unknown: string[] = [];
  listOpaque(release.user, [], unknown);
  surroundings.stdout(
    [
      `# ${SIDE_WORDS[side]}: ${FORM_WORDS[declaration.form]} at ${plainText(declaration.place.file)}:${declaration.place.line}`,
      `# helm template ${plainText(declaration.name ?? 'cilium')} cilium --repo https://helm.cilium.io --version ${plainText(declaration.chartVersion ?? release.version ?? 'UNKNOWN')} --namespace ${plainText(declaration.namespace ?? 'kube-system')} --values FILE`,
      ...(declaration.chartVersion === null && release.version !== null
        ? [`# the version is what the other side says: ${plainText(declaration.chartVersionWhy ?? 'its own cannot be known')}`]
        : []),
      ...(release.versionNote === undefined ? [] : [`# ${plainText(release.versionNote)}`]),
      ...unknown.map((line) => `# cannot be known here: ${line}`),
      stringify(redactValue(toPlain(release.user) ?? {}), { lineWidth: 0 }),
    ].join('\n'),
  );
}

function listOpaque(tree: Tree, path: string[], lines: string[]): void {
  if (lines.length >= 200 || path.length > 64) return;
  if (tree.kind === 'opaque') lines.push(`${plainText(joinPath(path) || 'some values')}: ${plainText(tree.reason)}`);
  else if (tree.kind === 'map') {
    for (const [key, child] of tree.entries) listOpaque(child, [...path, key], lines);
    if (tree.unseen) listOpaque(tree.unseen, [...path, '*'], lines);
  } else if (tree.kind === 'list') for (const [i, item] of tree.items.entries()) listOpaque(item, [...path, String(i)], lines);
}
