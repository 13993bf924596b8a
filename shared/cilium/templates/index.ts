import { ciliumAgentDaemonset, ciliumAgentExtras } from './cilium-agent-daemonset.ts';
import { ciliumConfigmap, ciliumConfigmapExtras } from './cilium-configmap.ts';
import { ciliumEnvoyDaemonset, ciliumEnvoyExtras } from './cilium-envoy-daemonset.ts';
import { ciliumGatewayApiClass } from './cilium-gateway-api-class.ts';
import { ciliumIngress } from './cilium-ingress.ts';
import { ciliumNodeinit } from './cilium-nodeinit.ts';
import { ciliumOperatorDeployment, ciliumOperatorExtras } from './cilium-operator-deployment.ts';
import { ciliumPreflight } from './cilium-preflight.ts';
import { ciliumSecretsNamespace } from './cilium-secrets-namespace.ts';
import { clustermeshApiserver } from './clustermesh-apiserver.ts';
import type { FactFamily, FactRule, RefusalRule } from './fact-rule.ts';
import { hubbleCertificates, hubbleRelay, hubbleServices, hubbleUi } from './hubble.ts';
import { removedKeys } from './removed-keys.ts';
import { spire } from './spire.ts';
import { validations } from './validate.ts';
import { clusterMeshValidations } from './validate-clustermesh.ts';
import { hubbleValidations } from './validate-hubble.ts';

const rules: readonly FactRule[] = [
  ...ciliumConfigmap,
  ...ciliumAgentDaemonset,
  ...ciliumOperatorDeployment,
  ...ciliumEnvoyDaemonset,
  ...ciliumGatewayApiClass,
  ...ciliumIngress,
  ...hubbleServices,
  ...hubbleRelay,
  ...hubbleUi,
  ...hubbleCertificates,
  ...clustermeshApiserver,
  ...ciliumNodeinit,
  ...ciliumPreflight,
  ...spire,
];
const families: readonly FactFamily[] = [
  ...ciliumConfigmapExtras,
  ...ciliumAgentExtras,
  ...ciliumOperatorExtras,
  ...ciliumEnvoyExtras,
  ...ciliumSecretsNamespace,
];
const refusals: readonly RefusalRule[] = [...removedKeys, ...validations, ...hubbleValidations, ...clusterMeshValidations];

/** Every fact whose name is known beforehand, template by template. */
export const factRules = (): readonly FactRule[] => rules;

/** Every group of facts that the values name. */
export const factFamilies = (): readonly FactFamily[] => families;

/** Every check on which the chart itself refuses. */
export const refusalRules = (): readonly RefusalRule[] => refusals;
