import { Shell } from '../../language/shell/interpreter.ts';
import { ODD_PLACE } from '../../language/shell/script-files.ts';
import { shellSource } from '../../language/shell/source.ts';
import type { World } from '../../language/shell/world.ts';
import { dirname } from '../../repository/tree-repository.ts';
import type { CommandReader } from './reader.ts';
import { THROW_AWAY } from './worth-running.ts';

const SHELLS =
  /^(?:ba|z|k|da)?sh$|^(?:shell|console|shell-session|shellsession|terminal|command|cmd|text|txt|plaintext|none|sh-session|fish|nu|powershell)$/i;
/** A command that brings something to a cluster, or says what one is made of. */
const WORTH =
  /\bhelm\b[^\n]{0,300}\b(?:install|upgrade|template)\b|\bcilium(?:-cli)?["']?\s(?:[^\n]{0,300}\s)?install\b|CILIUM_\w*\}?["']?\s+install\b|\bkustomize\b|\bkubectl\b[^\n]{0,500}\s(?:-k|--kustomize|-f|--filename)\b|\bhelmfile\b|\btalosctl\s+(?:gen|machineconfig)\b/;
/** A line that later commands may depend on. */
const PREPARES = /^\s*(?:export\s+)?\w+=|\bcd\s|<<|\bread\s|\bsource\s|\bhelm repo add\b/;

/** `<version>`, which a shell would take for redirections. */
const PLACEHOLDER = /(?<![<\w])<([A-Za-z][\w .:/-]{0,60})>/;

/** Longer lines are data. */
const LONGEST_LINE = 8000;

interface CodeBlock {
  /** File line of the first line of code. */
  line: number;
  indent: number;
  lines: string[];
  language: string;
  /** The name that the block's own heading gives it as a file. */
  file?: string;
}

/** The code blocks of a document in their order, as a reader would type them. */
export const markdown: CommandReader = { reads: (path) => /\.(?:md|mdx|markdown)$/i.test(path), run: runMarkdown };

function runMarkdown(path: string, text: string, world: World): void {
  const blocks = codeBlocks(text);
  if (!blocks.some((b) => isShell(b) && b.lines.some((line) => WORTH.test(line)))) return;
  const beside = dirname(path);
  const old = ODD_PLACE.test(path) || THROW_AWAY.test(text);
  const shell = new Shell(
    world,
    { where: old ? 'in a document of something old or for tests' : 'in a document', rank: old ? 1 : 2, clusters: [] },
    [...new Set([beside, ''])],
    path,
  );
  for (const block of blocks) {
    if (block.file !== undefined)
      shell.written.set(block.file, { file: path, text: block.lines.join('\n'), line: block.line, indent: block.indent, exact: true });
    if (!isShell(block) || !block.lines.some((line) => WORTH.test(line) || PREPARES.test(line))) continue;
    shell.ended = undefined;
    // Prompts are blanked out so that columns stay.
    const code = block.lines.map((line) =>
      line.replace(/^(\s*)([$#>%]) (?=\S)/, (_, blank: string, prompt: string) => (prompt === '#' ? `${blank}# ` : `${blank}  `)),
    );
    const source = { file: path, text: code.join('\n'), line: block.line, indent: block.indent, exact: true };
    shell.run(
      shellSource(source, PLACEHOLDER, (match, place) => [
        { written: match[0], reason: 'the document leaves it to the reader', place, name: match[1]!, given: true },
      ]),
    );
  }
  shell.runUncalled();
}

function isShell(block: CodeBlock): boolean {
  return block.language === '' || SHELLS.test(block.language);
}

/** Fenced blocks, and indented ones after an empty line. https://spec.commonmark.org/0.31.2/#fenced-code-blocks */
function codeBlocks(text: string): CodeBlock[] {
  const lines = text.split(/\r?\n/).map((line) => (line.length > LONGEST_LINE ? '' : line));
  const blocks: CodeBlock[] = [];
  for (let i = 0; i < lines.length; i++) {
    const fence = /^((?:\s*>)*\s*(?:[-*+]\s+|\d+[.)]\s+)?)(`{3,}|~{3,})\s*([^`]*)$/.exec(lines[i]!);
    if (fence) {
      const indent = fence[1]!.length;
      const close = new RegExp(`^[\\s>]*${fence[2]![0] === '`' ? '`' : '~'}{${fence[2]!.length},}\\s*$`);
      const body: string[] = [];
      let j = i + 1;
      while (j < lines.length && !close.test(lines[j]!)) body.push(lines[j++]!);
      const shared = Math.min(indent, ...body.filter((l) => l.trim() !== '').map((l) => /^[\s>]*/.exec(l)![0].length));
      const info = fence[3]!.trim();
      const file = /(?:title|file(?:name)?)\s*=\s*["']?([\w./-]+)/.exec(info)?.[1] ?? fileHeading(body, lines[previousText(lines, i)]);
      blocks.push({
        line: i + 2,
        indent: shared,
        lines: body.map((l) => l.slice(shared)),
        language: /^[\w-]*/.exec(info)![0],
        ...(file ? { file } : {}),
      });
      i = j;
      continue;
    }
    if (/^(?: {4}|\t)\S/.test(lines[i]!) && (i === 0 || lines[i - 1]!.trim() === '')) {
      const body: string[] = [];
      let j = i;
      while (j < lines.length && (/^(?: {4}|\t)/.test(lines[j]!) || lines[j]!.trim() === '')) body.push(lines[j++]!);
      const tab = lines[i]!.startsWith('\t');
      blocks.push({ line: i + 1, indent: tab ? 1 : 4, lines: body.map((l) => l.slice(tab ? 1 : 4)), language: '' });
      i = j - 1;
    }
  }
  return blocks;
}

function previousText(lines: readonly string[], from: number): number {
  for (let i = from - 1; i >= 0 && i > from - 3; i--) if (lines[i]!.trim() !== '') return i;
  return -1;
}

/** The file that a block shows: `# cilium-values.yaml` in its first line, or a line above that is only the name. */
function fileHeading(body: readonly string[], above: string | undefined): string | undefined {
  return /^\s*#\s*([\w./-]+\.ya?ml)\s*$/.exec(body[0] ?? '')?.[1] ?? /^[\s*_#>-]*`?([\w./-]+\.ya?ml)`?[*_]*:?\s*$/.exec(above ?? '')?.[1];
}
