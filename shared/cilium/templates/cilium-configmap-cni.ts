import { type ChartValues, isTruthy } from '../chart-values.ts';
import {
  either,
  every,
  fixed,
  inside,
  key,
  not,
  plainScalar,
  set,
  since,
  textOf,
  when,
  whenKey,
  whenPresent,
  whenSet,
} from './cilium-configmap-key.ts';
import type { FactRule } from './fact-rule.ts';
import { cniChainingMode, isChained } from './named-templates.ts';

/** The CNI configuration, and Cilium chained to another plugin. */
export const cniKeys: readonly FactRule[] = [
  key('custom-cni-conf', 'cni.customConf', whenKey()),
  key('read-cni-conf', ['cni.configMap', 'cni.confFileMountPath', 'cni.configMapKey', 'cni.readCniConf'], readCniConf),
  key(
    'write-cni-conf-when-ready',
    ['cni.install', 'cni.customConf', 'cni.configMap', 'cni.hostConfDirMountPath'],
    when(writesCniConf, conflist),
  ),
  ...inside(every(not(set('cni.customConf')), set('cni.install')), [
    key('cni-exclusive', 'cni.exclusive'),
    key('cni-log-file', 'cni.logFile'),
  ]),
  key('cni-uninstall', 'cni.uninstall', whenSet()),
  key('cni-chaining-target', 'cni.chainingTarget', whenPresent()),
  key('cni-external-routing', 'cni.externalRouting', since('1.14.5', whenPresent())),
  key('enable-route-mtu-for-cni-chaining', 'cni.enableRouteMTUForCNIChaining', since('1.16.0', whenSet())),
  ...inside(isChained, [
    key('cni-chaining-mode', ['cni.chainingMode', 'cni.chainingTarget'], (values) => plainScalar(cniChainingMode(values))),
    key('enable-identity-mark', 'enableIdentityMark', whenKey()),
  ]),
  key(
    'enable-endpoint-health-checking',
    ['endpointHealthChecking.enabled', 'cni.chainingMode'],
    either(when(checksEndpointHealth, fixed('true')), fixed('false')),
  ),
];

/** A chained plugin other than portmap owns the endpoints' connectivity. */
function checksEndpointHealth(values: ChartValues): boolean {
  return isTruthy(values.node('endpointHealthChecking.enabled')) && ['none', 'portmap'].includes(cniChainingMode(values));
}

function readCniConf(values: ChartValues, path: string): string | undefined {
  if (isTruthy(values.node(path)))
    return plainScalar(`${textOf(values.node('cni.confFileMountPath'))}/${textOf(values.node('cni.configMapKey'))}`);
  const own = values.node('cni.readCniConf');
  return isTruthy(own) ? plainScalar(textOf(own)) : undefined;
}

/** Also with a ConfigMap of one's own and customConf, as before 1.14. */
function writesCniConf(values: ChartValues): boolean {
  return isTruthy(values.node('cni.customConf')) ? isTruthy(values.node('cni.configMap')) : isTruthy(values.node('cni.install'));
}

function conflist(values: ChartValues): string {
  return plainScalar(`${textOf(values.node('cni.hostConfDirMountPath'))}/05-cilium.conflist`);
}
