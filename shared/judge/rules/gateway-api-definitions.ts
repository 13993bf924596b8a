import semver from 'semver';
import { application } from '../example.ts';
import { settingPlace, settingValue } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { sidesOf } from '../sides.ts';

/** The release of Gateway API that a minor of Cilium 1 asks for: https://docs.cilium.io/en/stable/network/servicemesh/gateway-api/gateway-api/#prerequisites */
const ASKED: Record<number, string> = { 19: '1.4.0', 20: '1.6.1' };
const crds = (version: string) => `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - https://github.com/kubernetes-sigs/gateway-api/releases/download/v${version}/standard-install.yaml
`;

export const gatewayApiDefinitions: Rule = {
  id: 'gateway-api-definitions',
  level: 'note',
  title: "Gateway API's definitions are older than Cilium asks for",
  why: 'The operator looks for the definitions when it starts. Where one is missing or too old it leaves Gateway API switched off, and says so in its log alone.',
  fix: 'Install the release of Gateway API that this Cilium asks for, before Cilium.',
  link: 'https://docs.cilium.io/en/stable/network/servicemesh/gateway-api/gateway-api/#prerequisites',
  examples: {
    passing: {
      'argocd/cilium.yaml': application('gatewayAPI:\n  enabled: true', { version: '1.19.4' }),
      'gateway-api/kustomization.yaml': crds('1.4.1'),
    },
    failing: {
      'argocd/cilium.yaml': application('gatewayAPI:\n  enabled: true', { version: '1.19.4' }),
      'gateway-api/kustomization.yaml': crds('1.3.0'),
    },
  },
  judge(cluster, { gatewayApiDefinitions: found }) {
    const last = sidesOf(cluster).at(-1)?.release;
    if (!last || found.length === 0 || settingValue(last, 'gatewayAPI.enabled') !== 'true') return [];
    const chart = semver.parse(last.declaration.chartVersion ?? '');
    const asked = chart?.major === 1 ? ASKED[chart.minor] : undefined;
    // A patch less is no fault; and one place that is new enough may be the one that counts.
    if (asked === undefined || found.some(({ version }) => semver.gte(version, `${semver.major(asked)}.${semver.minor(asked)}.0`)))
      return [];
    return [
      {
        message: `Git names Gateway API ${[...new Set(found.map(({ version }) => version))].join(', ')}, and Cilium ${last.declaration.chartVersion} asks for ${asked}.`,
        places: [...found.map(({ place }) => place).slice(0, 3), settingPlace(last, 'gatewayAPI.enabled')],
        setting: 'gatewayAPI.enabled',
        fix: `Install Gateway API ${asked}.`,
      },
    ];
  },
};
