import { type ChartValues, isTruthy, TemplateError } from '../chart-values.ts';
import { isEqual, isNull, isSince, textOf } from './cilium-configmap-key.ts';

/** Whether defaults of this minor hold: `upgradeCompatibility` is empty or not older (`semverCompare ">=1.16"`). */
export function isDeployedSince(values: ChartValues, minor: string): boolean {
  const node = values.node('upgradeCompatibility');
  if (!isTruthy(node)) return true;
  if (node?.kind !== 'scalar' || typeof node.value !== 'string')
    throw new TemplateError('upgradeCompatibility', 'wrong type for value; expected string');
  const match = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/.exec(node.value);
  if (!match) throw new TemplateError('upgradeCompatibility', 'Invalid Semantic Version');
  if (match[4] !== undefined) return false;
  const [major, least] = minor.split('.').map(Number) as [number, number];
  return Number(match[1]) > major || (Number(match[1]) === major && Number(match[2] ?? 0) >= least);
}

/** `envoyDaemonSetEnabled`: "true" where Envoy runs in a DaemonSet of its own. */
export function envoyDaemonSetEnabled(values: ChartValues): string {
  if (!isSince(values, '1.16.0')) return textOf(values.node('envoy.enabled'));
  if (!isTruthy(values.node('l7Proxy'))) return 'false';
  const enabled = values.node('envoy.enabled');
  return isNull(enabled) ? String(isDeployedSince(values, '1.16')) : textOf(enabled);
}

/** `envoyXdsMode` (1.20 and later); '' where nothing is rendered. */
export function envoyXdsMode(values: ChartValues): string {
  const mode = values.node('envoy.xdsMode');
  if (!isNull(mode)) return textOf(mode);
  return isDeployedSince(values, '1.20') ? 'ads' : '';
}

/** `readSecretsOnlyFromSecretsNamespace` (1.17 and later). */
export function readSecretsOnlyFromSecretsNamespace(values: ChartValues): boolean {
  const only = values.node('tls.readSecretsOnlyFromSecretsNamespace');
  if (!isNull(only)) return textOf(only) === 'true';
  return isNull(values.node('tls.secretsBackend')) || isEqual(values, 'tls.secretsBackend', 'local');
}

/** `secretSyncEnabled` (1.17 and later). */
export function secretSyncEnabled(values: ChartValues): boolean {
  const enabled = values.node('tls.secretSync.enabled');
  return isNull(enabled) ? isDeployedSince(values, '1.17') : textOf(enabled) === 'true';
}

/** `$kubeProxyReplacement`: the text as it is compared, `true`, `false` or what the chart refuses. */
export function kubeProxyReplacement(values: ChartValues): string {
  const text = textOf(values.node('kubeProxyReplacement'));
  if (text !== '') return text;
  if (isSince(values, '1.19.0') || isDeployedSince(values, '1.14')) return 'false';
  if (isDeployedSince(values, '1.12')) return 'disabled';
  return isDeployedSince(values, '1.8') ? 'probe' : 'false';
}

/** `$cniChainingMode`: `none` unless Cilium is chained to another CNI plugin. */
export function cniChainingMode(values: ChartValues): string {
  const mode = values.node('cni.chainingMode');
  if (!isNull(mode)) {
    if (mode?.kind !== 'scalar' || typeof mode.value !== 'string')
      throw new TemplateError('cni.chainingMode', 'incompatible types for comparison');
    return mode.value;
  }
  return isNull(values.node('cni.chainingTarget')) ? 'none' : 'generic-veth';
}

/** Another CNI plugin owns the pods' network, and Cilium is chained to it. */
export function isChained(values: ChartValues): boolean {
  return cniChainingMode(values) !== 'none';
}

/** `$ipam`: the IPAM mode that conditions compare. */
export function ipamMode(values: ChartValues): string {
  if (isSince(values, '1.19.0') && isTruthy(values.node('eni.enabled'))) return 'eni';
  const mode = values.node('ipam.mode');
  return isTruthy(mode) ? textOf(mode) : 'cluster-pool';
}
