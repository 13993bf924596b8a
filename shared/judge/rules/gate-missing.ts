import { isGate } from '../../evaluate/argocd/gate.ts';
import { gatedApplication } from '../example.ts';
import type { Rule } from '../rule.ts';

const installed = {
  'argocd/install/repo-server.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: argocd-repo-server
spec:
  template:
    spec:
      containers:
        - name: cilium-align-v1-0
          image: ghcr.io/cilium-align/cilium-align-plugin:v1.0
`,
};

export const gateMissing: Rule = {
  id: 'gate-missing',
  level: 'warning',
  title: 'The gate is installed, and this Application does not ask for it',
  why: 'Argo CD runs a plugin only where an entry of the Application names it. Without `plugin:` the entry is taken for a folder of manifests, mostly an empty one: nothing is compared, and every sync passes.',
  fix: 'Give the entry with the values `path:` and `plugin: {name: cilium-align-v1.0}`, as docs/plugin.md shows.',
  link: 'https://argo-cd.readthedocs.io/en/stable/operator-manual/config-management-plugins/#using-a-config-management-plugin-with-an-application',
  examples: {
    passing: { ...gatedApplication('path: cilium\nplugin:\n  name: cilium-align-v1.0'), ...installed },
    failing: { ...gatedApplication('path: cilium'), ...installed },
  },
  judge({ argocd }, { gates }) {
    const application = argocd?.declaration.application;
    const [gate] = gates;
    // An entry without a name may yet be meant; that is another rule's.
    if (!application || !gate || application.sources.some((source) => isGate(source) || source.plugin === '')) return [];
    return [
      {
        message: `No entry of ${application.name === undefined ? 'the Application' : `the Application ${application.name}`} asks for the gate that ${gate.place.file} speaks of.`,
        places: [application.place, gate.place],
        setting: 'plugin',
      },
    ];
  },
};
