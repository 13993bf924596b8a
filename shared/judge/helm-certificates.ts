import type { EvaluatedRelease } from '../evaluate/release.ts';
import type { ApplicationPolicy, Tree } from '../model.ts';
import { isScalar, itemsAt, textAt } from '../tree.ts';
import { chartValue } from './read-setting.ts';
import { hasSyncOption } from './sync-options.ts';

/** The value that says who makes Hubble's certificates. */
export const METHOD = 'hubble.tls.auto.method';

/** Certificates that Helm makes anew at every render, and what Argo CD does with them. */
export interface HelmCertificates {
  /** The Secrets that would be made. */
  secrets: string[];
  /** Those of which a difference is shown; undefined where the Application, or what it ignores, cannot be seen. */
  shown?: string[];
  /** Where they lie, and the namespaces in which the Application ignores Secrets of their names. */
  elsewhere?: { namespace: string; ignored: string[] };
  /** RespectIgnoreDifferences=true is set: what is ignored is not written either; undefined where that cannot be known. */
  respected?: boolean;
}

/** Undefined where Helm makes none: other ways to make them, certificates that the values bring, Hubble without TLS. */
export function madeByHelm(release: EvaluatedRelease): HelmCertificates | undefined {
  if (!release.effective || release.declaration.opaque || chartValue(release, METHOD) !== 'helm') return undefined;
  if (chartValue(release, 'hubble.tls.auto.enabled') !== 'true') return undefined;
  const secrets = [...release.facts].flatMap(([name, fact]) => {
    const secret = /^present\.Secret\/(hubble-.*)$/.exec(name)?.[1];
    return secret !== undefined && !fact.opaque ? [secret] : [];
  });
  if (secrets.length === 0) return undefined;
  const policy = release.declaration.application;
  if (!policy || policy.ignoreDifferences?.kind === 'opaque') return { secrets };
  const respected = hasSyncOption(policy, 'RespectIgnoreDifferences=true');
  const namespace = chartValue(release, 'namespaceOverride') || release.declaration.namespace;
  const all = ['cilium-ca', ...secrets];
  const shown = all.filter((secret) => !entriesFor(policy, secret).some((entry) => isIn(namespace, entry)));
  const elsewhere = shown.flatMap((secret) => entriesFor(policy, secret).flatMap((entry) => textAt(entry, 'namespace') ?? []));
  return {
    secrets,
    shown,
    ...(namespace !== null && elsewhere.length > 0 && { elsewhere: { namespace, ignored: [...new Set(elsewhere)] } }),
    ...(respected === undefined ? {} : { respected }),
  };
}

/** The entries of ignoreDifferences that speak of this Secret, wherever it lies; one that names no Secret speaks of all. */
function entriesFor(policy: ApplicationPolicy, secret: string): Tree[] {
  const entries = policy.ignoreDifferences?.kind === 'list' ? policy.ignoreDifferences.items : [];
  return entries.filter((entry) => {
    if (entry.kind !== 'map') return entry.kind === 'opaque';
    const [kind, name] = [entry.entries.get('kind'), entry.entries.get('name')];
    const fits = (node: Tree | undefined, text: string) =>
      node === undefined || (isScalar(node) && (node.value === text || node.value === '*' || node.value === '')) || node.kind === 'opaque';
    return (
      fits(kind, 'Secret') &&
      fits(name, secret) &&
      (itemsAt(entry, 'jsonPointers').length > 0 ||
        itemsAt(entry, 'jqPathExpressions').length > 0 ||
        itemsAt(entry, 'managedFieldsManagers').length > 0)
    );
  });
}

/** An entry without a namespace holds in all; Argo CD compares one that is written as it stands. */
function isIn(namespace: string | null, entry: Tree): boolean {
  const written = textAt(entry, 'namespace');
  return !written || namespace === null || written === namespace;
}
