import { rulePage } from '../shared/judge/rule-page.ts';
import { ruleAreas, rules } from '../shared/judge/rules/index.ts';

/** docs/rules.md: every rule by area, with the two examples that are its tests. */
export function rulesPage(): string {
  const lines = [
    '# Rules',
    '',
    `What cilium-align finds beside differences of values: ${rules.length} rules, most of them from an outage that somebody wrote down. A rule compares each side with Talos, with Argo CD and with its own chart, so that it speaks also where both sides agree, and where there is only one.`,
    '',
    'An *error* would take the network down or keep a cluster from starting, a *warning* changes what the agents do or does nothing where the file says otherwise, a *note* is advice. Each rule shows a small repository that passes and one that fails; both are run as tests. `cilium-align explain RULE` prints the same in the terminal.',
    '',
    '| rule | level | |',
    '|---|---|---|',
    ...rules.map(({ id, level, title }) => `| [\`${id}\`](#${id}) | ${level} | ${title.replaceAll('|', '\\|')} |`),
  ];
  for (const { title, rules: own } of ruleAreas) {
    lines.push('', `## ${title}`);
    for (const rule of own) lines.push('', `### ${rule.id}`, '', rulePage(rule).trimEnd());
  }
  return `${lines.join('\n')}\n`;
}
