import type { ApplicationPolicy, Tree } from '../../model.ts';
import { isScalar, itemsAt } from '../../tree.ts';
import { application } from '../example.ts';
import { chartValue, settingPlace } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { hasSyncOption } from '../sync-options.ts';

const METHOD = 'hubble.tls.auto.method';

export const hubbleCertificates: Rule = {
  id: 'hubble-certificates',
  level: 'warning',
  title: "Hubble's certificates never settle under Argo CD",
  why: 'With `hubble.tls.auto.method: helm`, the default, every render makes another authority and other certificates, and Argo CD renders without the cluster at hand: the Application is never in sync, or each sync exchanges the certificates under the running relay; nothing renews them before they expire. A note where the difference is ignored but written all the same, or where the Application is not in Git.',
  fix: 'Set `hubble.tls.auto.method: cronJob` (or certmanager), or ignore the data of these Secrets with RespectIgnoreDifferences=true.',
  link: 'https://docs.cilium.io/en/stable/configuration/argocd-issues/',
  examples: {
    passing: { 'argocd/cilium.yaml': application('hubble:\n  tls:\n    auto:\n      method: cronJob') },
    failing: { 'argocd/cilium.yaml': application('hubble:\n  enabled: true') },
  },
  judge({ argocd }) {
    if (!argocd?.effective || argocd.declaration.opaque || chartValue(argocd, METHOD) !== 'helm') return [];
    const made = [...argocd.facts].flatMap(([name, fact]) => {
      const secret = /^present\.Secret\/(hubble-.*)$/.exec(name)?.[1];
      return secret !== undefined && !fact.opaque ? [secret] : [];
    });
    // Certificates that the values bring are the same at every render.
    if (made.length === 0 || chartValue(argocd, 'hubble.tls.auto.enabled') !== 'true') return [];
    const policy = argocd.declaration.application;
    if (!policy)
      return [
        {
          message: "Helm makes Hubble's certificates anew at every render, and no Application that Git shows ignores their difference.",
          places: [settingPlace(argocd, METHOD)],
          setting: METHOD,
          level: 'note',
        },
      ];
    if (policy.ignoreDifferences?.kind === 'opaque') return [];
    const shown = ['cilium-ca', ...made].filter((secret) => !ignores(policy, secret));
    const respected = hasSyncOption(policy, 'RespectIgnoreDifferences=true');
    if (respected === undefined || (shown.length === 0 && respected)) return [];
    return [
      {
        message:
          shown.length === 0
            ? "Helm makes Hubble's certificates; their differences are ignored, but without RespectIgnoreDifferences=true each sync still writes new ones."
            : `Helm makes Hubble's certificates anew at every render, and the Application ignores no difference in ${shown.join(', ')}.`,
        places: [settingPlace(argocd, METHOD), policy.place],
        setting: METHOD,
        ...(shown.length === 0 ? { level: 'note' as const } : {}),
        fix:
          shown.length === 0
            ? 'Add the sync option RespectIgnoreDifferences=true, or set `hubble.tls.auto.method: cronJob`.'
            : hubbleCertificates.fix,
      },
    ];
  },
};

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
