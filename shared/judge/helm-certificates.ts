import type { EvaluatedRelease } from '../evaluate/release.ts';
import type { ApplicationPolicy, Tree } from '../model.ts';
import { isScalar, itemsAt } from '../tree.ts';
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
  return {
    secrets,
    shown: ['cilium-ca', ...secrets].filter((secret) => !ignores(policy, secret)),
    ...(respected === undefined ? {} : { respected }),
  };
}

/** An entry of ignoreDifferences that speaks of this Secret; one that names no Secret speaks of all. */
function ignores(policy: ApplicationPolicy, secret: string): boolean {
  const entries = policy.ignoreDifferences?.kind === 'list' ? policy.ignoreDifferences.items : [];
  return entries.some((entry) => {
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
