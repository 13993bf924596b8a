import { application } from '../example.ts';
import { METHOD, madeByHelm } from '../helm-certificates.ts';
import { chartValue, settingPlace } from '../read-setting.ts';
import type { Rule } from '../rule.ts';

const ignoring = ['cilium-ca', 'hubble-server-certs', 'hubble-relay-client-certs']
  .map((name) => `  - kind: Secret\n    name: ${name}\n    jsonPointers: [/data]`)
  .join('\n');
const spec = `syncPolicy:\n  syncOptions: [RespectIgnoreDifferences=true]\nignoreDifferences:\n${ignoring}`;

export const certificatesNeverRenewed: Rule = {
  id: 'certificates-never-renewed',
  level: 'note',
  title: "Nobody renews Hubble's certificates",
  why: 'Helm makes them at the first sync, and what is ignored and respected is never written again: they are settled, and they expire. Relay, UI and metrics then fail on the same day.',
  fix: 'Set `hubble.tls.auto.method: cronJob` (or certmanager), which renews them.',
  link: 'https://docs.cilium.io/en/stable/observability/hubble/configuration/tls/',
  examples: {
    passing: { 'argocd/cilium.yaml': application('hubble:\n  tls:\n    auto:\n      method: cronJob', { spec }) },
    failing: { 'argocd/cilium.yaml': application('hubble:\n  enabled: true', { spec }) },
  },
  judge({ argocd }) {
    const made = argocd && madeByHelm(argocd);
    if (!argocd || !made || made.shown?.length !== 0 || !made.respected) return [];
    const days = chartValue(argocd, 'hubble.tls.auto.certValidityDuration');
    return [
      {
        message: `Helm makes Hubble's certificates, and Argo CD never writes them again: they expire${days ? ` after ${days} days` : ''}, and nobody renews them.`,
        places: [settingPlace(argocd, METHOD), ...(argocd.declaration.application ? [argocd.declaration.application.place] : [])],
        setting: METHOD,
      },
    ];
  },
};
