import type { Setting } from '../setting.ts';
import { either, follows, type Irrelevant } from './irrelevant.ts';
import { page } from './link.ts';
import { config, onOff, type Reader } from './read.ts';

/** Which kind of encryption is on. */
const encryptionType: Reader = {
  facts: ['config.enable-wireguard', 'config.enable-ipsec', 'config.enable-ztunnel'],
  read(facts) {
    for (const name of this.facts) {
      const fact = facts.get(name);
      if (fact?.opaque) return { value: undefined, place: fact.place, opaque: fact.opaque };
      if (fact?.value === 'true') return { value: name.replace('config.enable-', ''), place: fact.place };
    }
    return { value: undefined };
  },
};

const encryptionFollows = either(
  follows('encryption.enabled', 'config.enable-ipsec'),
  follows('encryption.enabled', 'config.enable-wireguard'),
  follows('encryption.enabled', 'config.enable-ztunnel'),
);

/** Encryption and authentication. */
/** Either chart's own name of the switch. */
const strictModeFollows: Irrelevant = (bootstrap, argocd) => {
  const on = [bootstrap, argocd].map((facts) =>
    ['config.enable-encryption-strict-mode-egress', 'config.enable-encryption-strict-mode'].some(
      (name) => facts.get(name)?.value === 'true',
    ),
  );
  return on[0] === on[1] ? undefined : 'it follows from strict encryption itself, which is on on one side only';
};

export const encryption: readonly Setting[] = [
  {
    path: 'encryption.enabled',
    title: 'Encryption between nodes',
    why: 'Nodes that encrypt and nodes that do not cannot exchange pod traffic safely.',
    impact: 'disruptive',
    link: page('security/network/encryption/'),
    equality: 'boolean',
    migratable: true,
    ...onOff('enable-ipsec', 'enable-wireguard', 'enable-ztunnel'),
  },
  {
    path: 'encryption.type',
    title: 'Kind of encryption',
    why: 'Nodes encrypt in a way that the others do not understand.',
    impact: 'disruptive',
    link: page('security/network/encryption/'),
    equality: 'text',
    migratable: true,
    irrelevant: encryptionFollows,
    ...encryptionType,
  },
  {
    path: 'encryption.nodeEncryption',
    title: 'Encryption of node traffic',
    why: 'Traffic between nodes themselves is encrypted on one side only.',
    impact: 'disruptive',
    link: page('security/network/encryption/'),
    equality: 'boolean',
    migratable: true,
    ...onOff('encrypt-node'),
  },
  {
    path: 'encryption.strictMode.egress.enabled',
    title: 'Strict encryption of egress',
    why: 'Traffic that is not encrypted is dropped on one side only.',
    impact: 'disruptive',
    link: page('security/network/encryption/'),
    equality: 'boolean',
    migratable: true,
    formerly: 'encryption.strictMode.enabled',
    ...onOff('enable-encryption-strict-mode-egress', 'enable-encryption-strict-mode'),
  },
  {
    path: 'encryption.strictMode.egress.cidr',
    title: 'Range of strict encryption',
    why: 'Traffic that is not encrypted is dropped in another range.',
    impact: 'disruptive',
    link: page('security/network/encryption/'),
    equality: 'cidrs',
    migratable: true,
    formerly: 'encryption.strictMode.cidr',
    irrelevant: (bootstrap, argocd) => strictModeFollows(bootstrap, argocd),
    ...config('encryption-strict-egress-cidr', 'encryption-strict-mode-cidr'),
  },
  {
    path: 'encryption.strictMode.ingress.enabled',
    title: 'Strict encryption of ingress',
    why: 'Traffic that is not encrypted is dropped on one side only.',
    impact: 'disruptive',
    link: page('security/network/encryption/'),
    equality: 'boolean',
    migratable: true,
    ...onOff('enable-encryption-strict-mode-ingress'),
  },
  {
    path: 'encryption.ipsec.keyFile',
    title: 'File of the IPsec key',
    why: 'Nodes read another key and cannot decrypt each other’s traffic.',
    impact: 'disruptive',
    link: page('security/network/encryption-ipsec/'),
    equality: 'text',
    migratable: true,
    fedBy: ['encryption.ipsec.mountPath', 'encryption.keyFile'],
    irrelevant: encryptionFollows,
    ...config('ipsec-key-file'),
  },
  {
    path: 'encryption.ipsec.keyRotationDuration',
    title: 'Time for IPsec key rotation',
    why: 'Old keys are removed sooner or later.',
    impact: 'behaviour',
    link: page('security/network/encryption-ipsec/'),
    equality: 'text',
    migratable: true,
    irrelevant: encryptionFollows,
    ...config('ipsec-key-rotation-duration'),
  },
  {
    path: 'encryption.ipsec.keyWatcher',
    title: 'Watch of the IPsec key',
    why: 'A new key takes effect at once or at the next start.',
    impact: 'behaviour',
    link: page('security/network/encryption-ipsec/'),
    equality: 'boolean',
    migratable: true,
    irrelevant: encryptionFollows,
    ...config('enable-ipsec-key-watcher'),
  },
  {
    path: 'encryption.ipsec.encryptedOverlay',
    title: 'IPsec inside the tunnel',
    why: 'Tunnelled traffic is encrypted on the outside or on the inside.',
    impact: 'disruptive',
    link: page('security/network/encryption-ipsec/'),
    equality: 'boolean',
    migratable: true,
    irrelevant: encryptionFollows,
    ...onOff('enable-ipsec-encrypted-overlay'),
  },
  {
    path: 'encryption.wireguard.persistentKeepalive',
    title: 'WireGuard keepalive',
    why: 'Tunnels through NAT go silent or stay open.',
    impact: 'behaviour',
    link: page('security/network/encryption-wireguard/'),
    equality: 'text',
    migratable: true,
    irrelevant: encryptionFollows,
    ...config('wireguard-persistent-keepalive'),
  },
  {
    path: 'encryption.wireguard.userspaceFallback',
    title: 'WireGuard in user space',
    why: 'Kernels without WireGuard are served or refused.',
    impact: 'behaviour',
    link: page('security/network/encryption-wireguard/'),
    equality: 'boolean',
    migratable: true,
    irrelevant: encryptionFollows,
    ...onOff('enable-wireguard-userspace-fallback'),
  },
  {
    path: 'authentication.enabled',
    title: 'Mutual authentication',
    why: 'Policies that ask for authentication are enforced or let nothing through.',
    impact: 'behaviour',
    link: page('network/servicemesh/mutual-authentication/mutual-authentication/'),
    equality: 'boolean',
    migratable: true,
    ...onOff('mesh-auth-enabled'),
  },
  {
    path: 'authentication.mutual.spire.enabled',
    title: 'Mutual authentication by SPIRE',
    why: 'Policies that ask for authentication are enforced or let nothing through.',
    impact: 'behaviour',
    link: page('network/servicemesh/mutual-authentication/mutual-authentication/'),
    equality: 'boolean',
    migratable: true,
    ...onOff('mesh-auth-mutual-enabled'),
  },
  {
    path: 'authentication.mutual.spire.trustDomain',
    title: 'Trust domain',
    why: 'Peers of another trust domain do not authenticate.',
    impact: 'behaviour',
    link: page('network/servicemesh/mutual-authentication/mutual-authentication/'),
    equality: 'text',
    migratable: true,
    irrelevant: follows('authentication.mutual.spire.enabled', 'config.mesh-auth-mutual-enabled'),
    ...config('mesh-auth-spiffe-trust-domain'),
  },
];
