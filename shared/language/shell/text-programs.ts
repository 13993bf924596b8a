import { runAwk } from './awk.ts';
import { fileOutput } from './file-programs.ts';
import type { Shell } from './interpreter.ts';
import type { Output } from './streams.ts';
import { type Argument, knownText } from './text.ts';
import { lookUp } from './yaml-query.ts';

/** `yq` and `jq` where they only look something up. */
export function query(name: string, rest: readonly Argument[], shell: Shell, input: Output | undefined): Output | undefined {
  const words: Argument[] = [];
  for (let i = 0; i < rest.length; i++) {
    const word = knownText(rest[i]!.text);
    if (i === 0 && name === 'yq' && (word === 'e' || word === 'eval' || word === 'r' || word === 'read')) continue;
    if (word !== undefined && /^(-i|--inplace|-n|--null-input|-ni|--arg|--slurp|-s)$/.test(word)) return undefined;
    if (word !== undefined && /^(-o|-p|--output-format|--input-format)$/.test(word)) i++;
    else if (!word?.startsWith('-') || word === '-') words.push(rest[i]!);
  }
  const expression = knownText(words[0]?.text ?? []);
  if (expression === undefined || words.length > 2) return undefined;
  const source = words[1] && knownText(words[1].text) !== '-' ? shell.readText(words[1].text) : input?.source;
  if (!source || 'kind' in source) return undefined;
  const found = lookUp(expression, source);
  if (found === undefined) return undefined;
  if ('file' in found.place && found.text.length > 2) shell.lookedUp.set(found.text, found.place);
  return { text: [`${found.text}\n`] };
}

/** `grep -v` of comments. */
export function grep(rest: readonly Argument[], shell: Shell, input: Output | undefined): Output | undefined {
  const words = rest.map((a) => knownText(a.text));
  if (
    !words.some((w) => w && /^-[a-zA-Z]*v/.test(w)) ||
    !words.some((w) => w && /^(\^\\?#|\^\\s\*#|#|\^#\|.*|\^\(#.*|\^\\s\*\(#.*)/.test(w))
  )
    return undefined;
  const last = rest.at(-1)!;
  const text = fileOutput(last.text, shell)?.text ?? input?.text;
  const known = text && knownText(text);
  if (known === undefined) return undefined;
  return {
    text: [
      known
        .split('\n')
        .filter((line) => line.trim() !== '' && !/^\s*#/.test(line))
        .join('\n'),
    ],
  };
}

/** `awk` where it looks a word up in lines. */
export function awk(rest: readonly Argument[], shell: Shell, input: Output | undefined): Output | undefined {
  const words = rest.map((a) => knownText(a.text));
  const separated = /^-F([\s\S]{0,2})$/.exec(words[0] ?? '');
  const separator = separated ? separated[1] || words[1] : ' ';
  const start = separated ? (separated[1] ? 1 : 2) : 0;
  const program = words[start];
  if (program === undefined || separator === undefined || !/^[:=,;"' ]{1,2}$|^.$/.test(separator) || words.length > start + 2)
    return undefined;
  const source = words.length === start + 1 ? undefined : shell.readText(rest[start + 1]!.text);
  if (source && 'kind' in source) return undefined;
  const text = words.length === start + 1 ? input && knownText(input.text) : source?.text;
  if (text === undefined) return undefined;
  // Each line is work that a hostile loop could ask for again and again.
  shell.world.steps -= Math.ceil(text.length / 20);
  const printed = runAwk(program, separator, text);
  if (printed === undefined) return undefined;
  const [first] = printed;
  if (source && first && printed.length === 1 && first.print.length > 2) {
    const column = source.text.split('\n')[first.line]!.indexOf(first.print) + 1;
    shell.lookedUp.set(first.print, { file: source.file, line: source.line + first.line, column: Math.max(1, column) });
  }
  return { text: [printed.map(({ print: line }) => `${line}\n`).join('')] };
}

/** `tr -d`. */
export function tr(rest: readonly Argument[], input: Output | undefined): Output | undefined {
  const words = rest.map((a) => knownText(a.text));
  const text = input && knownText(input.text);
  if (text === undefined || words[0] !== '-d' || words[1] === undefined) return undefined;
  if (/^\[:space:\]$/.test(words[1])) return { text: [text.replace(/\s/g, '')] };
  if (words[1].includes('[') || words[1].includes('-')) return undefined;
  const gone = words[1].replace(/\\n/g, '\n').replace(/\\r/g, '\r').replace(/\\"/g, '"');
  return { text: [[...text].filter((c) => !gone.includes(c)).join('')] };
}

/** `head -n` and `tail -n`. */
export function ends(name: 'head' | 'tail', rest: readonly Argument[], input: Output | undefined): Output | undefined {
  const text = input && knownText(input.text);
  const option = rest.map((a) => knownText(a.text)).join(' ');
  const count = /^-(?:n ?)?(\d+)$/.exec(option)?.[1];
  if (text === undefined || count === undefined) return undefined;
  const lines = text.replace(/\n$/, '').split('\n');
  const kept = name === 'head' ? lines.slice(0, Number(count)) : lines.slice(-Number(count));
  return { text: [`${kept.join('\n')}\n`] };
}

/** `sed s/a/b/` of literal text, `^` and `$`; every other program of sed's is left to a run. */
export function sed(rest: readonly Argument[], input: Output | undefined): Output | undefined {
  const words = rest.map((a) => knownText(a.text)).filter((w) => w !== '-e' && w !== '-E' && w !== '-r');
  const text = input && knownText(input.text);
  const program = words.length === 1 ? words[0] : undefined;
  const parts = program === undefined ? null : /^s(.)(\^?)([\w .:/@"'-]*)(\$?)\1([\w .:/@"'-]*)\1(g?)$/.exec(program);
  if (text === undefined || text.length > 4096 || !parts || (parts[3] === '' && !parts[2] && !parts[4])) return undefined;
  const literal = parts[3]!.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(`${parts[2]}${literal}${parts[4]}`, `m${parts[6]}`);
  return {
    text: [
      text
        .split('\n')
        .map((line) => line.replace(pattern, () => parts[5]!))
        .join('\n'),
    ],
  };
}

/** `cut -d -f`. */
export function cut(rest: readonly Argument[], input: Output | undefined): Output | undefined {
  const text = input && knownText(input.text);
  const option = rest.map((a) => knownText(a.text) ?? '').join(' ');
  const parts = /^-d ?['"]?(.)['"]? -f ?(\d+)$/.exec(option);
  if (text === undefined || !parts) return undefined;
  return {
    text: [
      text
        .split('\n')
        .map((line) => (line.includes(parts[1]!) ? (line.split(parts[1]!)[Number(parts[2]) - 1] ?? '') : line))
        .join('\n'),
    ],
  };
}
