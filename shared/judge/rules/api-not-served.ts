import { ChartValues, ReadsOpaque, TemplateError } from '../../cilium/chart-values.ts';
import { refusalRules } from '../../cilium/templates/index.ts';
import { CONTEXT, type EvaluatedRelease } from '../../evaluate/release.ts';
import { isMap } from '../../tree.ts';
import { application } from '../example.ts';
import { settingPlace } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { namesOf, sidesOf } from '../sides.ts';

const DEFINITIONS = /servicemonitors?\b|prometheus-operator.*crds?\b/i;
const TRUST = 'prometheus.serviceMonitor.trustCRDsExist';
const monitor = (trust: string) => `prometheus:\n  enabled: true\n  serviceMonitor:\n    enabled: true\n    trustCRDsExist: ${trust}`;

export const apiNotServed: Rule = {
  id: 'api-not-served',
  level: 'warning',
  title: 'The chart refuses to render until the cluster serves an API',
  why: 'The chart looks whether the cluster knows ServiceMonitors (monitoring.coreos.com/v1). A fresh cluster does not, and a renderer without a cluster never does: Helm fails, and no Cilium is installed.',
  fix: `Write \`${TRUST}: true\` where the definitions come first, or switch the ServiceMonitors off at bootstrap.`,
  link: 'https://docs.cilium.io/en/stable/observability/metrics/',
  examples: {
    passing: { 'argocd/cilium.yaml': application(monitor('true')) },
    failing: { 'argocd/cilium.yaml': application(monitor('false')) },
  },
  judge(cluster) {
    const early = cluster.talos?.manifests.some(({ url }) => url !== undefined && DEFINITIONS.test(url));
    const refused = sidesOf(cluster).filter(({ release, name }) => !(early && name === 'the bootstrap') && apiOf(release) !== undefined);
    const first = refused[0];
    if (!first) return [];
    return [
      {
        message: `Cilium's chart refuses the values of ${namesOf(refused)} as long as the cluster does not serve ${apiOf(first.release)}.`,
        places: refused.map(({ release }) => settingPlace(release, TRUST)),
        setting: TRUST,
        fix: apiNotServed.fix,
      },
    ];
  },
};

/** The API without which the chart refuses these values. */
function apiOf({ effective, version, declaration }: EvaluatedRelease): string | undefined {
  if (!isMap(effective) || version === null || declaration.opaque) return undefined;
  const bare = new ChartValues(effective, version, { ...CONTEXT, apiVersions: [], namespace: declaration.namespace ?? 'kube-system' });
  for (const rule of refusalRules()) {
    if (rule.api === undefined) continue;
    try {
      if (rule.refuses(bare) !== undefined) return rule.api;
    } catch (error) {
      if (!(error instanceof ReadsOpaque || error instanceof TemplateError)) throw error;
    }
  }
  return undefined;
}
