import { application } from '../example.ts';
import { METHOD, madeByHelm } from '../helm-certificates.ts';
import { settingPlace } from '../read-setting.ts';
import type { Rule } from '../rule.ts';

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
    const made = argocd && madeByHelm(argocd);
    if (!argocd || !made) return [];
    const { shown, respected, elsewhere } = made;
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
    if (shown === undefined || respected === undefined || (shown.length === 0 && respected)) return [];
    return [
      {
        message:
          shown.length === 0
            ? "Helm makes Hubble's certificates; their differences are ignored, but without RespectIgnoreDifferences=true each sync still writes new ones."
            : `Helm makes Hubble's certificates anew at every render, so the Application is never in sync: it ignores no difference in ${shown.join(', ')}${
                elsewhere ? ` (they are in namespace ${elsewhere.namespace}, and it ignores those in ${elsewhere.ignored.join(', ')})` : ''
              }.`,
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
