import { isGate } from '../../evaluate/argocd/gate.ts';
import { gatedApplication } from '../example.ts';
import type { Rule } from '../rule.ts';

const VERSIONED = /^cilium-align-v\d+\.\d+$/;

export const gateWithoutVersion: Rule = {
  id: 'gate-without-version',
  level: 'warning',
  title: 'The gate is asked for by a name that it does not have',
  why: 'Argo CD looks for a plugin under its name and version, as one word. Under another word it finds none and blocks every sync; without a name it takes the first plugin that says it can, which need not be this one. The version also is what makes Argo CD forget a verdict of an older release.',
  fix: 'Write `name: cilium-align-v1.0`, with the version of the sidecar that runs.',
  link: 'https://argo-cd.readthedocs.io/en/stable/operator-manual/config-management-plugins/#using-a-config-management-plugin-with-an-application',
  examples: {
    passing: gatedApplication('path: cilium\nplugin:\n  name: cilium-align-v1.0'),
    failing: gatedApplication('path: cilium\nplugin:\n  name: cilium-align'),
  },
  judge({ argocd }, { gates }) {
    const sources = argocd?.declaration.application?.sources ?? [];
    return sources
      .filter((source) => (isGate(source) && !VERSIONED.test(source.plugin!)) || (source.plugin === '' && gates.length > 0))
      .map(({ place, plugin }) => ({
        message:
          plugin === ''
            ? 'A plugin without a name is whichever says first that it can.'
            : `No plugin is called ${plugin}: its version is missing or wrong.`,
        places: [place],
        setting: 'plugin',
      }));
  },
};
