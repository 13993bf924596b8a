import { bothSides } from '../example.ts';
import type { Rule } from '../rule.ts';

const sides = bothSides('operator:\n  replicas: 1', 'operator:\n  replicas: 2');
const allow = (until: string) => `allow:
  - setting: operator.replicas
    reason: one control plane until the other two are delivered
    until: ${until}
`;

export const expiredAllowance: Rule = {
  id: 'expired-allowance',
  level: 'warning',
  title: 'What was allowed for a time is not any more',
  why: 'An entry under `allow` in `.cilium-align.yaml` has an `until` that has passed: the difference or finding that it allowed counts again.',
  fix: 'Mend what it allowed and delete the entry, or look at the reason again and give it a later date.',
  link: 'https://github.com/cilium-align/cilium-align/blob/main/docs/configuration.md#what-is-meant-to-be',
  examples: {
    passing: { ...sides, '.cilium-align.yaml': allow('2199-12-31') },
    failing: { ...sides, '.cilium-align.yaml': allow('2025-06-30') },
  },
};
