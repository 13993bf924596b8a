import type { ChartValues } from '../chart-values.ts';
import type { FactRule } from './fact-rule.ts';
import { present } from './workload.ts';

/** Rendered where the cluster knows GatewayClass, or where `gatewayClass.create` does not ask (from 1.16.0-rc.2). Until 1.14 the API asked for is v1beta1, which whoever serves v1 serves too. */
function rendered(values: ChartValues): boolean {
  if (!values.truthy('gatewayAPI.enabled')) return false;
  const known = (api: string) => values.context.apiVersions.includes(`gateway.networking.k8s.io/${api}/GatewayClass`);
  if (values.before('1.15.0-pre.2')) return known('v1beta1') || known('v1');
  if (values.before('1.16.0-rc.2')) return known('v1');
  const create = values.text('gatewayAPI.gatewayClass.create');
  return create === 'true' || (create === 'auto' && known('v1'));
}

const path = ['gatewayAPI.gatewayClass.create', 'gatewayAPI.enabled'];

export const ciliumGatewayApiClass: readonly FactRule[] = [
  present('GatewayClass/cilium', path, rendered),
  ...['ValidatingAdmissionPolicy/gateway.cilium.io', 'ValidatingAdmissionPolicyBinding/gateway.cilium.io'].map((object) =>
    present(object, path, (values) => values.since('1.20.0-pre.2') && rendered(values)),
  ),
];
