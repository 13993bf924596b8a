import type { ChartValues } from '../chart-values.ts';
import { operatorRuns } from './components.ts';
import type { FactFamily, FactRule } from './fact-rule.ts';
import { apiServerRules, argsText, containerRules, directory, environment, imageTag, present, when } from './workload.ts';

const container = 'cilium-operator.cilium-operator';

/** `cilium.operator.cloud`: which build of the operator runs. */
function cloud(values: ChartValues): string {
  return ['eni', 'azure', 'alibabacloud'].find((name) => values.truthy(`${name}.enabled`))?.replace('eni', 'aws') ?? 'generic';
}

function image(values: ChartValues): string {
  const at = 'operator.image';
  const name = values.truthy(`${at}.override`)
    ? values.text(`${at}.override`)!
    : `${values.text(`${at}.repository`) ?? ''}-${cloud(values)}${values.text(`${at}.suffix`) ?? ''}${imageTag(values, at)}`;
  return name.split('@')[0]!;
}

export const ciliumOperatorDeployment: readonly FactRule[] = [
  present('Deployment/cilium-operator', 'operator.enabled', operatorRuns),
  when(operatorRuns, 'replicas.cilium-operator', 'operator.replicas', (values) => values.text('operator.replicas')),
  ...containerRules({
    name: container,
    path: ['operator.image.override', 'operator.image.tag', 'operator.image.suffix', 'operator.image.repository'],
    rendered: operatorRuns,
    image,
  }),
  when(operatorRuns, `args.${container}`, 'operator.extraArgs', (values) =>
    argsText(['--config-dir=/tmp/cilium/config-map', '--debug=$(CILIUM_DEBUG)'], values.find('operator.extraArgs')),
  ),
  when(operatorRuns, 'hostNetwork.cilium-operator', 'operator.hostNetwork', (values) =>
    String(values.before('1.16.0-pre.3') || values.text('operator.hostNetwork') === 'true'),
  ),
  ...apiServerRules(container, operatorRuns),
  when(
    (values) => operatorRuns(values) && values.truthy('authentication.mutual.spire.enabled'),
    'hostPath.cilium-operator.spire-agent-socket',
    'authentication.mutual.spire.agentSocketPath',
    (values) => directory(values.text('authentication.mutual.spire.agentSocketPath') ?? ''),
  ),
];

/** `operator.extraEnv`. */
export const ciliumOperatorExtras: readonly FactFamily[] = [
  {
    path: 'operator.extraEnv',
    *facts(values) {
      if (operatorRuns(values)) yield* environment(container, values.find('operator.extraEnv'));
    },
  },
];
