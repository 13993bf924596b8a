import { environmentName, OPTIONS, type Option } from './options.ts';

/** The table of docs/plugin.md: who may decide what, where, and what counts where nobody does. */
export function settingsTable(): string {
  const lines = OPTIONS.map((option) => {
    const { name, by, tooltip } = option;
    const parameter = by === 'environment' ? '' : `\`${name}\``;
    const variable = by === 'parameters' ? '' : `\`${environmentName(name)}\``;
    return `| ${parameter} | ${variable} | ${tooltip.replaceAll('|', '\\|')} | ${valuesOf(option)} |`;
  });
  return `| parameter | variable of the sidecar | | values |\n|---|---|---|---|\n${lines.join('\n')}\n`;
}

function valuesOf({ choices, type, fallback }: Option): string {
  if (choices) return choices.map((choice) => (choice === fallback ? `**${choice}**` : choice)).join(', ');
  return fallback === undefined ? (type === 'list' ? 'a list' : 'a text') : `a number, **${fallback}**`;
}
