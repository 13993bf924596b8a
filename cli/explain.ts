import { defaultHistory } from '../shared/cilium/charts.ts';
import { settingAt, settings } from '../shared/cilium/settings/index.ts';
import { nearest } from '../shared/judge/nearest.ts';
import { rulePage } from '../shared/judge/rule-page.ts';
import { ruleOf, rules } from '../shared/judge/rules/index.ts';
import type { Surroundings } from './surroundings.ts';
import { UsageError } from './usage-error.ts';

/** Prints what a rule finds and why, or what a setting of the catalogue is, what breaks when it drifts and what its defaults were. Throws {@link UsageError} with the nearest name for an unknown one. */
export function explain(name: string, surroundings: Surroundings): void {
  const rule = ruleOf(name);
  if (rule) {
    surroundings.stdout(`# ${rule.id}\n\n${rulePage(rule)}`);
    return;
  }
  const setting = settingAt(name);
  if (!setting) {
    const close = nearest(name, [...rules.map(({ id }) => id), ...settings.map(({ path }) => path)]);
    throw new UsageError(`no rule and no setting is named ${name}${close ? `; did you mean ${close}?` : ''}`);
  }
  const lines = [
    `${setting.path}: ${setting.title}`,
    '',
    setting.why,
    '',
    `impact     ${setting.impact}${setting.addedByArgocd ? ', additive where only Argo CD has it' : ''}${setting.migratable ? '' : ', cannot be changed on a running cluster'}`,
    `read from  ${setting.facts.join(', ')}`,
    `more       ${setting.link}`,
  ];
  const history = defaultHistory(setting.path);
  if (history.length > 0)
    lines.push(
      '',
      'chart defaults:',
      ...history.map(({ first, last, value }) => `  ${first === last ? first : `${first} to ${last}`}  ${JSON.stringify(value)}`),
    );
  surroundings.stdout(`${lines.join('\n')}\n`);
}
