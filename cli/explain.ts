import { chartVersions, defaultHistory, isChartPath } from '../shared/cilium/charts.ts';
import type { Setting } from '../shared/cilium/setting.ts';
import { settingAt, settings } from '../shared/cilium/settings/index.ts';
import { nearest } from '../shared/judge/nearest.ts';
import { rulePage } from '../shared/judge/rule-page.ts';
import { ruleOf, rules } from '../shared/judge/rules/index.ts';
import type { Surroundings } from './surroundings.ts';
import { UsageError } from './usage-error.ts';

/** Prints what a rule finds and why, what a setting is, what breaks when it drifts and what its defaults were, which settings stand below a map, or what is known of any other value of the chart. Throws {@link UsageError} with the nearest name for an unknown one. */
export function explain(name: string, surroundings: Surroundings): void {
  const rule = ruleOf(name);
  if (rule) {
    surroundings.stdout(`# ${rule.id}\n\n${rulePage(rule)}`);
    return;
  }
  // As a report sums up what stands below a map.
  const path = name.endsWith('.*') ? name.slice(0, -2) : name;
  const lines = linesOf(path);
  if (!lines) {
    const close = nearest(path, [...rules.map(({ id }) => id), ...settings.map((setting) => setting.path)]);
    throw new UsageError(`no rule, no setting and no value of Cilium's charts is named ${name}${close ? `; did you mean ${close}?` : ''}`);
  }
  surroundings.stdout(`${lines.join('\n')}\n`);
}

function linesOf(path: string): string[] | undefined {
  if (path === 'version') return VERSION;
  const setting = settingAt(path);
  if (setting) return [...settingLines(setting), ...defaultLines(path)];
  const below = settings.filter((one) => one.path.startsWith(`${path}.`));
  if (below.length > 0) return mapLines(path, below);
  const defaults = defaultLines(path);
  if (defaults.length === 0 && !isChartPath(chartVersions().at(-1)!, path)) return undefined;
  return [
    `${path}: a value of Cilium's chart, not one of the settings that are always compared`,
    '',
    'It is compared where somebody wrote it. A difference is never an error: a warning where it changes what the agent or the operator does, a note where it only adds something (resources, labels, dashboards).',
    ...defaults,
  ];
}

const VERSION = [
  'version: Version of the chart',
  '',
  'Argo CD installs its version over the bootstrapped one, with every default that changed in between.',
  '',
  'error    Argo CD has an older version, or one that is two minors ahead or more: Cilium tests neither',
  'warning  the two are no versions that can be put in order',
  'note     Argo CD is ahead by a patch or by one minor',
  'more     https://docs.cilium.io/en/stable/operations/upgrade/',
];

function settingLines({ path, title, why, impact, addedByArgocd, migratable, facts, link }: Setting): string[] {
  return [
    `${path}: ${title}`,
    '',
    why,
    '',
    `impact     ${impact}${addedByArgocd ? ', additive where only Argo CD has it' : ''}${migratable ? '' : ', cannot be changed on a running cluster'}`,
    `read from  ${facts.map(factName).join(', ')}`,
    `more       ${link}`,
  ];
}

/** What to look at in the cluster, or in what Helm renders. */
function factName(fact: string): string {
  return fact.startsWith('config.') ? `${fact.slice('config.'.length)} in cilium-config` : fact;
}

function defaultLines(path: string): string[] {
  const history = defaultHistory(path);
  if (history.length === 0) return [];
  return [
    '',
    'chart defaults:',
    ...history.map(({ first, last, value }) => `  ${first === last ? first : `${first} to ${last}`}  ${JSON.stringify(value)}`),
  ];
}

function mapLines(path: string, below: readonly Setting[]): string[] {
  const longest = Math.max(...below.map((setting) => setting.path.length));
  return [
    `${path}: a map of ${below.length === 1 ? '1 setting' : `${below.length} settings`}; cilium-align explain SETTING says more of each`,
    '',
    ...below.map((setting) => `${setting.path.padEnd(longest)}  ${setting.impact.padEnd('boot-critical'.length)}  ${setting.title}`),
  ];
}
