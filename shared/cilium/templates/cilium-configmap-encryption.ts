import { type ChartValues, isTruthy } from '../chart-values.ts';
import {
  at,
  before,
  chart,
  duration,
  either,
  equals,
  every,
  inside,
  key,
  not,
  plain,
  plainScalar,
  quoted,
  set,
  since,
  textOf,
  when,
  whenKey,
  whenSet,
} from './cilium-configmap-key.ts';
import type { FactRule } from './fact-rule.ts';

/** Encryption between nodes. */
export const encryptionKeys: readonly FactRule[] = [
  ...inside(every(set('encryption.enabled'), equals('encryption.type', 'ipsec')), [
    key('enable-ipsec', 'encryption.enabled'),
    key(
      'ipsec-key-file',
      ['encryption.ipsec.mountPath', 'encryption.ipsec.keyFile', 'encryption.mountPath', 'encryption.keyFile'],
      ipsecKeyFile,
    ),
    key(
      'encrypt-interface',
      ['encryption.ipsec.interface', 'encryption.interface'],
      before('1.20.0', either(whenSet(plain), before('1.16.0', at('encryption.interface', whenSet(plain))))),
    ),
    key('enable-ipsec-key-watcher', 'encryption.ipsec.keyWatcher', whenKey()),
    key('ipsec-key-rotation-duration', 'encryption.ipsec.keyRotationDuration', whenSet(duration)),
    key('enable-ipsec-encrypted-overlay', 'encryption.ipsec.encryptedOverlay', since('1.16.0', before('1.20.0', quoted))),
  ]),
  ...inside(every(set('encryption.enabled'), equals('encryption.type', 'wireguard')), [
    key('enable-wireguard', 'encryption.enabled'),
    key('enable-wireguard-userspace-fallback', 'encryption.wireguard.userspaceFallback', before('1.17.0', whenSet())),
    key('wireguard-encapsulate', 'encryption.wireguard.encapsulate', since('1.14.4', before('1.15.0', whenSet()))),
    key('wireguard-persistent-keepalive', 'encryption.wireguard.persistentKeepalive', since('1.15.0', whenSet())),
  ]),
  ...inside(every(chart('1.19.0'), set('encryption.enabled'), equals('encryption.type', 'ztunnel')), [
    key('enable-ztunnel', 'encryption.enabled'),
    key('ztunnel-ca-type', 'encryption.ztunnel.ca.type', since('1.20.0', quoted)),
  ]),
  key('encrypt-node', 'encryption.nodeEncryption', when(set('encryption.enabled'), whenSet())),

  ...inside(every(chart('1.15.0'), not(chart('1.19.0')), set('encryption.strictMode.enabled')), [
    key('enable-encryption-strict-mode', 'encryption.strictMode.enabled'),
    key('encryption-strict-mode-cidr', 'encryption.strictMode.cidr'),
    key('encryption-strict-mode-allow-remote-node-identities', 'encryption.strictMode.allowRemoteNodeIdentities'),
  ]),
  ...inside(chart('1.19.0'), [
    key('enable-encryption-strict-mode-ingress', 'encryption.strictMode.ingress.enabled', whenSet()),
    key(
      'enable-encryption-strict-mode-egress',
      ['encryption.strictMode.egress.enabled', 'encryption.strictMode.enabled'],
      egress('enabled'),
    ),
    key('encryption-strict-egress-cidr', ['encryption.strictMode.egress.cidr', 'encryption.strictMode.cidr'], egress('cidr')),
    key(
      'encryption-strict-egress-allow-remote-node-identities',
      ['encryption.strictMode.egress.allowRemoteNodeIdentities', 'encryption.strictMode.allowRemoteNodeIdentities'],
      egress('allowRemoteNodeIdentities'),
    ),
  ]),
];

function ipsecKeyFile(values: ChartValues): string | undefined {
  const file = (from: string) => plainScalar(`${textOf(values.node(`${from}.mountPath`))}/${textOf(values.node(`${from}.keyFile`))}`);
  if (isTruthy(values.node('encryption.ipsec.mountPath')) && isTruthy(values.node('encryption.ipsec.keyFile')))
    return file('encryption.ipsec');
  return before('1.16.0', () => file('encryption'))(values, '');
}

/** 1.19 still reads the old place as well; the new one wins. */
function egress(leaf: string) {
  const old = `encryption.strictMode.${leaf}`;
  return either(
    (values, path) => (isTruthy(values.node('encryption.strictMode.egress.enabled')) ? quoted(values, path) : undefined),
    before('1.20.0', (values) => (isTruthy(values.node('encryption.strictMode.enabled')) ? quoted(values, old) : undefined)),
  );
}
