import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { actionYml, inputsTable, outputsTable } from '../action/action-yml.ts';
import { pluginYaml } from '../plugin/plugin-yaml.ts';
import { settingsTable } from '../plugin/settings-table.ts';
import { check } from '../shared/check.ts';
import { chartVersions, defaultHistory } from '../shared/cilium/charts.ts';
import { areas } from '../shared/cilium/settings/index.ts';
import { configSchema } from '../shared/config/schema.ts';
import { reportSchema } from '../shared/report/schema.ts';
import { renderTable } from '../shared/report/table.ts';
import { directoryRepository } from '../shared/repository/directory.ts';
import { anchorOf } from './anchor.ts';
import { manPage } from './man-page.ts';
import { rulesPage } from './rules-page.ts';
import { terminalSvg } from './terminal-svg.ts';

// npm run generate: what is written from the code and committed. CI fails where it differs.

const root = join(import.meta.dirname, '..');

/** A committed file and what the code makes of it now. */
interface Generated {
  file: string;
  content(): string;
}

const generated: readonly Generated[] = [
  { file: 'schema/report.schema.json', content: () => `${JSON.stringify(z.toJSONSchema(reportSchema), null, 2)}\n` },
  { file: 'schema/config.schema.json', content: () => `${JSON.stringify(z.toJSONSchema(configSchema), null, 2)}\n` },
  { file: 'docs/settings.md', content: settingsPage },
  { file: 'docs/rules.md', content: rulesPage },
  { file: 'man/cilium-align.1', content: manPage },
  { file: 'plugin/plugin.yaml', content: pluginYaml },
  { file: 'docs/plugin.md', content: () => between('docs/plugin.md', { settings: settingsTable() }) },
  { file: 'action.yml', content: actionYml },
  { file: 'docs/action.md', content: () => between('docs/action.md', { inputs: inputsTable(), outputs: outputsTable() }) },
  {
    file: 'README.md',
    content: () =>
      readme().replace(
        /(<!-- table -->\n)[\s\S]*?(<!-- \/table -->)/,
        (_, open, close) => `${open}\`\`\`text\n${exampleTable(100)}\`\`\`\n${close}`,
      ),
  },
  ...pictures(),
];

for (const { file, content } of generated) writeFileSync(join(root, file), content());

/** A committed page with what stands between `<!-- name -->` and `<!-- /name -->` written anew. */
function between(file: string, parts: Record<string, string>): string {
  let text = readFileSync(join(root, file), 'utf8');
  for (const [name, part] of Object.entries(parts))
    text = text.replace(new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`), (_, open, close) => `${open}${part}${close}`);
  return text;
}

function readme(): string {
  return readFileSync(join(root, 'README.md'), 'utf8');
}

/** What a first look shows: a short story, whole. */
function exampleTable(width: number, colour = false): string {
  const report = check(directoryRepository(join(root, 'examples/drifted')), { failOn: 'error', undecided: 'fail' });
  return renderTable(report, { width, colour, showAll: false });
}

/** The same as a picture: for a desk and for a phone, light and dark. */
function pictures(): Generated[] {
  const title = 'cilium-align says that the bootstrap and Argo CD disagree about ipam.mode';
  return [84, 60].flatMap((columns) =>
    (['light', 'dark'] as const).map((theme) => ({
      file: `docs/table-${columns === 60 ? 'narrow-' : ''}${theme}.svg`,
      content: () => terminalSvg({ command: 'npx cilium-align', output: exampleTable(columns, true), columns, theme, title }),
    })),
  );
}

function settingsPage(): string {
  const versions = chartVersions();
  const settingCount = areas.reduce((sum, { settings }) => sum + settings.length, 0);
  const lines = [
    '# Settings',
    '',
    `The ${settingCount} Helm values of Cilium that are always compared. Any other value that somebody wrote is compared as well; it is in no table here, and a difference is a note or a warning. Chart defaults are known for ${versions.length} charts, ${versions[0]} to ${versions.at(-1)}.`,
    '',
    'Search this page for the Helm path. `cilium-align explain SETTING` says the same in the terminal, with the default of every version; `cilium-align --show all` shows what each setting is on your two sides.',
    '',
    '| impact | what a difference does to a running cluster | level |',
    '|---|---|---|',
    '| disruptive | traffic stops, nodes do not understand each other, addresses change | ✗ error |',
    '| boot-critical | agents do not start, or wait for something that is not there | ✗ error |',
    '| behaviour | agents restart and act otherwise | ! warning |',
    '| additive | something is added: metrics, labels, resources | · note |',
    '',
    '*Cannot be changed on a running cluster* means that no edit of the side that runs is ever proposed: make the other one say what runs. A [configuration](configuration.md#levels) may weigh a setting otherwise.',
    '',
    areas.map(({ title }) => `[${title}](#${anchorOf(title)})`).join(' · '),
  ];
  for (const { title, settings } of areas) {
    lines.push('', `## ${title}`, '', '| setting | what it is | where the sides differ | impact | default |', '|---|---|---|---|---|');
    for (const setting of settings) {
      const impact = `${setting.impact}${setting.addedByArgocd ? ', additive where only Argo CD has it' : ''}${setting.migratable ? '' : ', cannot be changed on a running cluster'}`;
      lines.push(
        `| [\`${setting.path}\`](${setting.link}) | ${cell(setting.title)} | ${cell(setting.why)} | ${impact} | ${cell(newestDefault(setting.path))} |`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

/** The newest chart's default, with the version that it is from where an older one differs. */
function newestDefault(path: string): string {
  const history = defaultHistory(path);
  const last = history.at(-1);
  if (last === undefined || last.last !== chartVersions().at(-1)) return '';
  const value = `\`${JSON.stringify(last.value)}\``;
  return history.length === 1 ? value : `${value} since ${last.first}`;
}

function cell(text: string): string {
  return text.replace(/\|/g, '\\|').replace(/\n/g, ' ');
}
