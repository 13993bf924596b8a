import type { ApplicationPolicy, Tree } from '../../model.ts';
import { itemsAt, textAt } from '../../tree.ts';
import { settingPlace, settingValue } from '../read-setting.ts';
import type { Rule } from '../rule.ts';

export const hubbleCertificates: Rule = {
  id: 'hubble-certificates',
  level: 'warning',
  title: "Hubble's certificates never settle under Argo CD",
  why: 'With `hubble.tls.auto.method: helm` (the default) every render makes new certificates: the Application is never in sync, or every sync rotates them under the running relay, and nothing renews them in time.',
  fix: 'Set `hubble.tls.auto.method: cronJob` (or certmanager), or ignore the data of these Secrets with RespectIgnoreDifferences=true.',
  link: 'https://docs.cilium.io/en/stable/configuration/argocd-issues/',
  judge({ argocd }) {
    if (!argocd?.effective || settingValue(argocd, 'hubble.enabled') !== 'true') return [];
    if (settingValue(argocd, 'hubble.tls.auto.method') !== 'helm') return [];
    const { application } = argocd.declaration;
    const ignored = application ? ignoresCertificates(application.ignoreDifferences) : false;
    const respected = application ? respects(application) : false;
    if (ignored && respected) return [];
    return [
      {
        message: ignored
          ? "Hubble's certificates are made by Helm; their differences are ignored, but without RespectIgnoreDifferences=true each sync still writes new ones."
          : "Hubble's certificates are made by Helm and change at every render; the Application ignores no difference in them.",
        places: [settingPlace(argocd, 'hubble.tls.auto.method'), argocd.declaration.place],
        setting: 'hubble.tls.auto.method',
        ...(ignored ? { level: 'note' as const } : {}),
        fix: hubbleCertificates.fix,
      },
    ];
  },
};

function ignoresCertificates(rules: Tree | undefined): boolean {
  if (rules?.kind !== 'list') return false;
  return rules.items.some((item) => {
    const kind = textAt(item, 'kind');
    const name = textAt(item, 'name');
    return (kind === 'Secret' || kind === '*') && (name === undefined || name === '*' || /hubble|cilium-ca/.test(name));
  });
}

function respects(application: ApplicationPolicy): boolean {
  return itemsAt(application.syncPolicy, 'syncOptions').some((o) => o.kind === 'scalar' && o.value === 'RespectIgnoreDifferences=true');
}
