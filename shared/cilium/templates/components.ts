import type { ChartValues } from '../chart-values.ts';
import { envoyDaemonSetEnabled } from './named-templates.ts';

/** The agent's DaemonSet is rendered. */
export const agentRuns = (values: ChartValues): boolean => values.truthy('agent') && !values.truthy('preflight.enabled');

/** The operator's Deployment is rendered. */
export const operatorRuns = (values: ChartValues): boolean => values.truthy('operator.enabled');

/** Envoy gets a DaemonSet of its own. */
export function hasEnvoyDaemonSet(values: ChartValues): boolean {
  return values.before('1.16.0-rc.1') ? values.truthy('envoy.enabled') : envoyDaemonSetEnabled(values) === 'true';
}

/** Envoy's DaemonSet is rendered. */
export const envoyRuns = (values: ChartValues): boolean => hasEnvoyDaemonSet(values) && !values.truthy('preflight.enabled');

/** Hubble Relay's Deployment is rendered. */
export const relayRuns = (values: ChartValues): boolean => values.truthy('hubble.enabled') && values.truthy('hubble.relay.enabled');

/** Hubble UI's Deployment is rendered. */
export const hubbleUiRuns = (values: ChartValues): boolean =>
  values.truthy('hubble.ui.enabled') && (values.truthy('hubble.enabled') || values.truthy('hubble.ui.standalone.enabled'));

/** Containers run privileged, without a list of capabilities. */
export const privileged = (values: ChartValues): boolean => values.truthy('securityContext.privileged');

/** The API server of the cluster mesh is rendered. */
export const clusterMeshRuns = (values: ChartValues): boolean =>
  values.truthy('clustermesh.useAPIServer') || (values.before('1.18.0-pre.0') && values.truthy('externalWorkloads.enabled'));

/** cilium-config is rendered: for the agent and, from 1.16 on, for the operator and the API server of the mesh. */
export function configMapRuns(values: ChartValues): boolean {
  if (values.truthy('preflight.enabled')) return false;
  if (values.truthy('agent')) return true;
  if (values.before('1.16.0-pre.2')) return false;
  return values.truthy('operator.enabled') || clusterMeshRuns(values);
}
