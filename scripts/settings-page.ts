import type { Setting } from '../shared/cilium/setting.ts';
import { type Area, areas } from '../shared/cilium/settings/index.ts';
import type { Level } from '../shared/model.ts';
import type { Generated } from './generate.ts';

const LEVEL: Record<Setting['impact'], Level | '–'> = {
  disruptive: 'error',
  'boot-critical': 'error',
  behaviour: 'warning',
  additive: 'note',
  none: '–',
};

/** docs/settings.md: the settings catalogue, area by area. */
export function settingsPage(): Generated {
  return { file: 'docs/settings.md', content: `${[...introduction(), ...areas.flatMap(areaSection)].join('\n')}\n` };
}

function introduction(): string[] {
  const count = areas.reduce((sum, { settings }) => sum + settings.length, 0);
  return [
    '<!-- Written by `npm run generate` from shared/cilium/settings. -->',
    '',
    '# Settings',
    '',
    `The alignment table has a row for each of these ${count} Helm values of Cilium. A row is read from what Helm renders (the facts), so that`,
    'a value, its predecessor and a rendered manifest are compared by what they amount to. Any other value of the chart gets a row where it drifts.',
    '',
    'A drift of an *error* setting interrupts the network or keeps the agent from starting, a *warning* changes what the agent or the operator does,',
    'a *note* adds something. **¹** marks settings that cannot change on a running cluster: a mend is only ever offered for the other side.',
    '',
    ...areas.map(({ title }) => `- [${title}](#${anchor(title)})`),
  ];
}

function areaSection({ title, settings }: Area): string[] {
  return ['', `## ${title}`, '', '| setting | drift | what breaks | read from |', '|---|---|---|---|', ...settings.map(settingLine)];
}

function settingLine(setting: Setting): string {
  const { path, title, why, link, facts, migratable, impact } = setting;
  const name = `[\`${path}\`](${link} "${cell(title)}")${migratable ? '' : ' **¹**'}`;
  return `| ${name} | ${setting.level ?? LEVEL[impact]} | ${cell(why)}${remarks(setting)} | ${facts.map((fact) => `\`${fact}\``).join(' ')} |`;
}

function remarks({ agentDefault, fedBy }: Setting): string {
  const said: string[] = [];
  if (typeof agentDefault === 'string') said.push(`Left out, the agent takes \`${agentDefault}\`.`);
  if (fedBy) said.push(`Also set by ${fedBy.map((path) => `\`${path}\``).join(', ')}.`);
  return said.length > 0 ? ` ${said.join(' ')}` : '';
}

const cell = (text: string): string => text.replace(/[|\\"]/g, '\\$&');

/** The anchor that GitHub gives a heading. */
const anchor = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replace(/ /g, '-');
