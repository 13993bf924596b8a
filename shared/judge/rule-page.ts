import { structuredPatch } from 'diff';
import type { ExampleFiles } from './example.ts';
import type { Rule } from './rule.ts';

/** Lines around a change: enough to see where in the document it stands. */
const CONTEXT = 4;

/** What a rule is, as Markdown without a heading: the same in docs/rules.md and in the terminal. `said` is what it says of its failing example, as a table prints it. */
export function rulePage({ level, title, why, fix, link, examples }: Rule, said?: string): string {
  const parts = [`**${title}** (${level}).`, why];
  if (said !== undefined) parts.push('It says:', fenced('text', said));
  parts.push(`What to do: ${lowerFirst(fix)} [More](${link})`, ...difference(examples));
  return `${parts.join('\n\n')}\n`;
}

/** The files of an example, each whole. */
export function exampleFiles(files: ExampleFiles): string {
  return Object.entries(files)
    .map(([path, text]) => `\`${path}\`\n\n${fenced(languageOf(path), text.trimEnd())}`)
    .join('\n\n');
}

/** What must change in the failing example so that it passes: `-` fails, `+` passes. A file that only one of them has stands there whole. */
function difference({ passing, failing }: Rule['examples']): string[] {
  const parts: string[] = [];
  for (const [path, text] of Object.entries(failing)) {
    const other = passing[path];
    if (other === undefined) parts.push(`It fails as soon as there is \`${path}\`:`, fenced(languageOf(path), text.trimEnd()));
    else if (other !== text)
      parts.push(`\`${path}\`, which fails with \`-\` and passes with \`+\`:`, fenced('diff', changesOf(text, other)));
  }
  for (const [path, text] of Object.entries(passing))
    if (failing[path] === undefined) parts.push(`It passes as soon as there is \`${path}\`:`, fenced(languageOf(path), text.trimEnd()));
  return parts;
}

function changesOf(failing: string, passing: string): string {
  const { hunks } = structuredPatch('', '', `${failing.trimEnd()}\n`, `${passing.trimEnd()}\n`, '', '', { context: CONTEXT });
  return hunks.map(({ lines }) => lines.join('\n')).join('\n…\n');
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

function languageOf(path: string): string {
  if (path.endsWith('.sh')) return 'sh';
  return path.endsWith('.tf') ? 'hcl' : 'yaml';
}

/** A sentence as it goes on after a colon; code and names keep their case. */
function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text;
}
