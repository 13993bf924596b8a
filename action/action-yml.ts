import { stringify } from 'yaml';
import { definitions } from './inputs.ts';
import { outputDefinitions } from './outputs.ts';

/** The runner's file of the Action: https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax */
export function actionYml(): string {
  const metadata = {
    name: 'cilium-align',
    author: 'The authors of cilium-align',
    description: "Says on the pull request where Talos's bootstrap and Argo CD begin to disagree about Cilium.",
    branding: { icon: 'align-left', color: 'yellow' },
    inputs: Object.fromEntries(
      definitions().map(([name, { description, default: value }]) => [
        name,
        { description, required: false, ...(value !== undefined && { default: value }) },
      ]),
    ),
    outputs: Object.fromEntries(Object.entries(outputDefinitions).map(([name, description]) => [name, { description }])),
    runs: { using: 'node24', main: 'dist/action/index.js' },
  };
  return `# Written by \`npm run generate\` from action/inputs.ts and action/outputs.ts.\n${stringify(metadata, { lineWidth: 140, defaultStringType: 'PLAIN' })}`;
}

/** The tables of docs/action.md. */
export function inputsTable(): string {
  const rows = definitions().map(([name, { description, default: value }]) => {
    return `| \`${name}\` | ${cell(description)} | ${value === undefined ? '' : `\`${value}\``} |`;
  });
  return ['| input | what it does | default |', '|---|---|---|', ...rows, ''].join('\n');
}

/** The tables of docs/action.md. */
export function outputsTable(): string {
  const rows = Object.entries(outputDefinitions).map(([name, description]) => `| \`${name}\` | ${cell(description)} |`);
  return ['| output | what it holds |', '|---|---|', ...rows, ''].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
