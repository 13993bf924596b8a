import { application, talconfig } from '../example.ts';
import type { Rule } from '../rule.ts';

const manifest = (text: string) => `cniConfig:
  name: none
inlineManifests:
  - name: cilium
    contents: |
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: cilium-bootstrap
      data:
        install.sh: |
          helm template cilium cilium/cilium --set k8sServiceHost=${text}`;

export const variableInInlineManifest: Rule = {
  id: 'variable-in-inline-manifest',
  level: 'warning',
  title: 'talhelper replaces a variable inside a manifest',
  why: `talhelper runs envsubst over its configuration: \`\${name}\` in an inline manifest is replaced by a variable of your shell, or by nothing, before the cluster ever sees it. \`$\${name}\` is what stays \`\${name}\`.`,
  fix: 'Write `$${…}` for what the cluster shall see, or keep the manifest in a file of its own.',
  link: 'https://github.com/budimanjojo/talhelper/issues/833',
  examples: {
    passing: {
      'talos/talconfig.yaml': talconfig({ config: manifest('localhost') }),
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes'),
    },
    failing: {
      'talos/talconfig.yaml': talconfig({ config: manifest(`\${host}`) }),
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes'),
    },
  },
  judge({ talos, bootstrap }) {
    if (talos?.owner !== 'talhelper') return [];
    const found = talos.manifests.flatMap((manifest) => {
      const text = manifest.text?.text ?? manifest.opaque?.block?.text ?? '';
      const variable = /\$\{([A-Za-z_]\w*)[^}\n]*\}/.exec(text);
      const ours = /cilium/i.test(`${manifest.name ?? ''} ${text}`) || bootstrap?.declaration.files.includes(manifest.place.file);
      if (!variable || !ours) return [];
      const line = manifest.text?.exact ? manifest.text.line + text.slice(0, variable.index).split('\n').length - 1 : undefined;
      const place = line === undefined ? manifest.place : { file: manifest.text!.file, line, column: 1 };
      return [{ manifest, place, written: variable[0] }];
    });
    const first = found[0];
    if (!first) return [];
    return [
      {
        message: `talhelper replaces ${first.written} in the inline manifest ${first.manifest.name ?? ''} by a variable of the shell that runs it, or by nothing.`,
        places: found.map(({ place }) => place),
        setting: 'inlineManifests',
        fix: `Write \`$${first.written}\` for what the cluster shall see.`,
      },
    ];
  },
};
