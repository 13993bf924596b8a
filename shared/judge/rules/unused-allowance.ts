import { bothSides } from '../example.ts';
import type { Rule } from '../rule.ts';

const configuration = `allow:
  - setting: operator.replicas
    reason: one control plane until the other two are delivered
`;

export const unusedAllowance: Rule = {
  id: 'unused-allowance',
  level: 'warning',
  title: 'What is allowed is not there',
  why: 'An entry under `allow` in `.cilium-align.yaml` meets no difference and no finding. It would hide the next one, which nobody has looked at.',
  fix: 'Delete the entry; where it names a cluster or a setting that has another name now, write that one.',
  link: 'https://github.com/cilium-align/cilium-align/blob/main/docs/configuration.md#what-is-meant-to-be',
  examples: {
    passing: { ...bothSides('operator:\n  replicas: 1', 'operator:\n  replicas: 2'), '.cilium-align.yaml': configuration },
    failing: { ...bothSides('operator:\n  replicas: 2', 'operator:\n  replicas: 2'), '.cilium-align.yaml': configuration },
  },
};
