import { inlinePatch, omniTemplate, renderedManifest } from '../example.ts';
import type { Rule } from '../rule.ts';
import { sidesOf } from '../sides.ts';

export const committedPrivateKey: Rule = {
  id: 'committed-private-key',
  level: 'error',
  title: 'A private key is committed in a manifest',
  why: "A manifest rendered with `hubble.tls.auto.method: helm` holds the authority's key and those of Hubble. Whoever reads the repository can speak as any of them, and what Talos applies again puts the old certificates back.",
  fix: 'Render with `hubble.tls.auto.method: cronJob` (or `hubble.enabled: false` at bootstrap), remove the Secrets from the manifest and exchange the certificates.',
  link: 'https://docs.siderolabs.com/kubernetes-guides/cni/deploying-cilium',
  examples: {
    passing: { 'omni/cluster.yaml': omniTemplate(), 'omni/patches/cilium.yaml': inlinePatch(renderedManifest()) },
    failing: {
      'omni/cluster.yaml': omniTemplate(),
      'omni/patches/cilium.yaml': inlinePatch(renderedManifest({ secret: 'LS0tLS1CRUdJTiBFWEFNUExFIEtFWS0tLS0tCg==' })),
    },
  },
  judge(cluster) {
    return sidesOf(cluster).flatMap(({ release: { declaration }, name }) => {
      const keys = declaration.privateKeys ?? [];
      if (keys.length === 0) return [];
      const names = [...new Set(keys.map((key) => key.name))];
      return [
        {
          message: `The manifest of ${name} holds private keys that anybody with the repository can read: ${names.slice(0, 5).join(', ')}.`,
          places: keys.slice(0, 5).map(({ place }) => place),
          setting: 'privateKey',
          fix: committedPrivateKey.fix,
        },
      ];
    });
  },
};
