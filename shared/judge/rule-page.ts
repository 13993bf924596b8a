import type { ExampleFiles } from './example.ts';
import type { Rule } from './rule.ts';

/** What a rule is, as Markdown without a heading: the same in docs/rules.md and in the terminal. */
export function rulePage({ level, title, why, fix, link, examples }: Rule): string {
  const { passing, failing } = examples;
  const common = Object.keys(passing).filter((path) => passing[path] === failing[path]);
  const without = (files: ExampleFiles) => Object.fromEntries(Object.entries(files).filter(([path]) => !common.includes(path)));
  const parts = [`**${title}** (${level}).`, why, `What to do: ${lowerFirst(fix)} [More](${link})`];
  if (common.length > 0) parts.push('Both examples hold:', ...filesOf(Object.fromEntries(common.map((path) => [path, passing[path]!]))));
  parts.push('Passes:', ...filesOf(without(passing)), 'Fails:', ...filesOf(without(failing)));
  return `${parts.join('\n\n')}\n`;
}

function filesOf(files: ExampleFiles): string[] {
  const entries = Object.entries(files);
  if (entries.length === 0) return ['nothing more'];
  return entries.map(([path, text]) => `\`${path}\`\n\`\`\`${languageOf(path)}\n${text.trimEnd()}\n\`\`\``);
}

function languageOf(path: string): string {
  if (path.endsWith('.sh')) return 'sh';
  return path.endsWith('.tf') ? 'hcl' : 'yaml';
}

/** A sentence as it goes on after a colon; code and names keep their case. */
function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text;
}
