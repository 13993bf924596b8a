import { check } from '../shared/check.ts';
import { CONFIG_FILE } from '../shared/config/config.ts';
import { readConfig } from '../shared/config/read-config.ts';
import { lineOf, type Rule } from '../shared/judge/rule.ts';
import { exampleFiles, rulePage } from '../shared/judge/rule-page.ts';
import { ruleAreas, rules } from '../shared/judge/rules/index.ts';
import { SIGN } from '../shared/report/words.ts';
import { memoryRepository } from '../shared/repository/memory.ts';
import { anchorOf } from './anchor.ts';

/** docs/rules.md: every rule by area, with what it says of its failing example and what makes that pass. */
export function rulesPage(): string {
  const lines = [
    '# Rules',
    '',
    `What cilium-align finds beside differences of values: ${rules.length} rules, most of them from an outage that somebody wrote down. A rule compares each side with Talos, with Argo CD and with its own chart, so that it speaks also where both sides agree, and where there is only one.`,
    '',
    '- **You have a message:** its last word, in brackets, is the rule: `(job-after-adoption)`. Or search this page for words of it; each rule shows what it says.',
    '- **You look for a subject:** the rules by area are [below](#by-area), and by level [after that](#by-level).',
    '- **You are in a terminal:** `cilium-align explain RULE` prints what stands here, but for the whole example.',
    '- **You want one quiet or louder:** [`allow`](configuration.md#what-is-meant-to-be) takes a rule with a reason, [`levels`](configuration.md#levels) weighs it otherwise.',
    '',
    'An *error* (✗) would take the network down or keep a cluster from starting, a *warning* (!) changes what the agents do or does nothing where the file says otherwise, a *note* (·) is advice. The examples are small repositories, and tests: the failing one must fail, and with the change that is shown it must pass.',
    '',
    '## By area',
  ];
  for (const { title, rules: own } of ruleAreas)
    lines.push(
      '',
      `**[${title}](#${anchorOf(title)})**`,
      '',
      '| | rule | what it finds |',
      '|---|---|---|',
      ...own.map(({ id, level, title: found }) => `| ${SIGN[level]} | [\`${id}\`](#${id}) | ${found.replaceAll('|', '\\|')} |`),
    );
  lines.push('', '## By level', '', '| level | rules |', '|---|---|');
  for (const level of ['error', 'warning', 'note'] as const)
    lines.push(
      `| ${SIGN[level]} ${level} | ${rules
        .filter((rule) => rule.level === level)
        .map(({ id }) => `[\`${id}\`](#${id})`)
        .join(' · ')} |`,
    );
  for (const { title, rules: own } of ruleAreas) {
    lines.push('', `## ${title}`);
    for (const rule of own)
      lines.push(
        '',
        `### ${rule.id}`,
        '',
        rulePage(rule, saidOf(rule)).trimEnd(),
        '',
        '<details><summary>The failing example, whole</summary>',
        '',
        exampleFiles(rule.examples.failing),
        '',
        '</details>',
      );
  }
  return `${lines.join('\n')}\n`;
}

/** What a table prints of the rule for its failing example, but for the width. */
function saidOf({ id, examples, fix: usual }: Rule): string {
  const read = readConfig(CONFIG_FILE, examples.failing[CONFIG_FILE] ?? '');
  if ('problems' in read) throw new Error(`the example of ${id} has a configuration that is wrong: ${JSON.stringify(read.problems)}`);
  const { findings } = check(memoryRepository(examples.failing), {
    failOn: 'error',
    undecided: 'fail',
    today: '2026-01-01',
    config: read.config,
  });
  const finding = findings.find(({ rule }) => rule === id);
  if (!finding) throw new Error(`${id} says nothing of its failing example`);
  const { level, message, places, fix } = finding;
  return [
    `${SIGN[level]} ${message} (${id})`,
    `    ${places.map(lineOf).join(', ')}`,
    ...(fix === undefined || fix === usual ? [] : [`    → ${fix}`]),
  ].join('\n');
}
