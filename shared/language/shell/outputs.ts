import type { SourceText } from '../../model.ts';
import { runAwk } from './awk.ts';
import type { Shell } from './interpreter.ts';
import { literalPaths } from './paths.ts';
import type { Output } from './streams.ts';
import { type Argument, firstUnknown, joinText, knownText, ROOT, type Text } from './text.ts';
import { lookUp } from './yaml-query.ts';

/** What a program prints whose output Git decides; `nothing` where it prints nothing, undefined where only a run says it. */
export function outputOf(name: string, rest: readonly Argument[], shell: Shell, input: Output | undefined): Output | 'nothing' | undefined {
  switch (name) {
    case 'echo':
      return print(rest.filter((a, i) => !(i < 2 && /^-[neE]+$/.test(knownText(a.text) ?? ''))));
    case 'printf':
      return printf(rest);
    case 'cat':
      return cat(rest, shell, input);
    case 'sops':
      return sops(rest, shell);
    case 'tee':
      return tee(rest, shell, input);
    case 'dirname':
      return onPath(rest, (path) =>
        path.includes('/') ? path.slice(0, path.lastIndexOf('/')) || '/' : path.startsWith(ROOT) ? ROOT : '.',
      );
    case 'basename':
      return basename(rest);
    case 'realpath':
    case 'readlink':
    case 'greadlink':
      return onPath(rest, (path) => absolute(path, shell));
    case 'pwd':
      return shell.directories.length > 0 ? { text: [shell.directories[0] === '' ? ROOT : `${ROOT}/${shell.directories[0]}`] } : undefined;
    case 'git':
      return git(rest);
    case 'yq':
    case 'jq':
    case 'gojq':
      return query(name, rest, shell, input);
    case 'grep':
    case 'egrep':
      return grep(rest, shell, input);
    case 'awk':
    case 'gawk':
      return awk(rest, shell, input);
    case 'sort':
    case 'uniq':
    case 'xargs':
      return rest.length === 0 && input
        ? { text: input.text.map((p) => (typeof p === 'string' ? p.trim().replace(/\s+/g, name === 'xargs' ? ' ' : '\n') : p)) }
        : undefined;
    case 'tr':
      return tr(rest, input);
    case 'head':
    case 'tail':
      return ends(name, rest, input);
    case 'sed':
      return sed(rest, input);
    case 'cut':
      return cut(rest, input);
    case 'envsubst':
      return input ? { text: input.text, ...(input.source ? { source: substituteEnvironment(input.source, shell) } : {}) } : undefined;
    case 'cp':
      copy(rest, shell);
      return 'nothing';
    case 'mkdir':
    case 'touch':
    case 'rm':
    case 'sleep':
    case 'set':
    case 'trap':
    case 'test':
    case '[':
    case ':':
    case 'true':
    case 'false':
    case 'shopt':
    case 'alias':
    case 'wait':
    case 'popd':
      return 'nothing';
    default:
      return undefined;
  }
}

function print(words: readonly Argument[]): Output {
  return { text: joinText(...words.map((w, i) => (i === 0 ? w.text : [' ', ...w.text])), ['\n']) };
}

function printf(rest: readonly Argument[]): Output | undefined {
  const words = knownText(rest[0]?.text ?? []) === '--' ? rest.slice(1) : rest;
  const format = knownText(words[0]?.text ?? []);
  if (format === undefined || /%[^s%]/.test(format)) return undefined;
  const values = words.slice(1);
  const pieces: Text[] = [];
  let used = 0;
  do {
    const start = used;
    for (const part of format.split(/(%s|%%)/)) {
      if (part === '%s') pieces.push(values[used++]?.text ?? []);
      else pieces.push([part === '%%' ? '%' : part.replace(/\\n/g, '\n').replace(/\\t/g, '\t')]);
    }
    if (used === start) break;
  } while (used < values.length && used < 200);
  return { text: joinText(...pieces) };
}

function cat(rest: readonly Argument[], shell: Shell, input: Output | undefined): Output | undefined {
  const files = rest.filter((a) => knownText(a.text) === '-' || !knownText(a.text)?.startsWith('-'));
  if (files.length === 0) return input;
  const outputs = files.map((file) => (knownText(file.text) === '-' ? input : fileOutput(file.text, shell)));
  if (outputs.some((o) => o === undefined)) return undefined;
  return outputs.length === 1 ? outputs[0] : { text: joinText(...outputs.map((o) => o!.text)) };
}

function fileOutput(path: Text, shell: Shell): Output | undefined {
  const source = shell.readText(path);
  return source && !('kind' in source) ? { text: [source.text], source } : undefined;
}

/** A file that sops decrypts: its keys are there to see, and its values say that they are encrypted. */
function sops(rest: readonly Argument[], shell: Shell): Output | undefined {
  if (!rest.some((a) => /^(-d|--decrypt|decrypt)$/.test(knownText(a.text) ?? '')) || rest.some((a) => knownText(a.text) === '--extract'))
    return undefined;
  const last = rest.at(-1);
  return last && fileOutput(last.text, shell);
}

function tee(rest: readonly Argument[], shell: Shell, input: Output | undefined): Output | undefined {
  for (const file of rest) {
    if (knownText(file.text)?.startsWith('-')) continue;
    const contents: SourceText | undefined = input?.source;
    if (contents) shell.written.set(pathOf(file.text, shell), contents);
  }
  return input;
}

function copy(rest: readonly Argument[], shell: Shell): void {
  const [from, to] = rest.filter((a) => !knownText(a.text)?.startsWith('-'));
  if (!from || !to) return;
  const source = shell.readText(from.text);
  if (source) shell.written.set(pathOf(to.text, shell), source);
}

function pathOf(text: Text, shell: Shell): string {
  const known = knownText(text);
  return known === undefined ? '' : known.startsWith('/') ? known : (literalPaths(known, shell)[0] ?? known);
}

function onPath(rest: readonly Argument[], change: (path: string) => string): Output | undefined {
  const argument = rest.findLast((a) => !knownText(a.text)?.startsWith('-'));
  const path = argument && knownText(argument.text);
  return path === undefined ? undefined : { text: [change(path.length > 1 ? path.replace(/\/+$/, '') : path)] };
}

function absolute(path: string, shell: Shell): string {
  if (path.startsWith('/')) return path;
  const inside = literalPaths(path, shell)[0];
  return inside === undefined ? path : inside === '' ? ROOT : `${ROOT}/${inside}`;
}

function basename(rest: readonly Argument[]): Output | undefined {
  const known = rest.map((a) => knownText(a.text));
  if (known.some((k) => k === undefined)) return undefined;
  let words = known as string[];
  let suffix = '';
  const s = words.indexOf('-s');
  if (s >= 0) {
    suffix = words[s + 1] ?? '';
    words = words.filter((_, i) => i !== s && i !== s + 1);
  }
  const path = words[0]?.replace(/\/+$/, '');
  if (!path) return undefined;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const end = suffix || words[1] || '';
  return { text: [end !== '' && name.endsWith(end) ? name.slice(0, -end.length) : name] };
}

function git(rest: readonly Argument[]): Output | undefined {
  const words = rest.map((a) => knownText(a.text));
  return words.includes('rev-parse') && (words.includes('--show-toplevel') || words.includes('--show-cdup')) ? { text: [ROOT] } : undefined;
}

function query(name: string, rest: readonly Argument[], shell: Shell, input: Output | undefined): Output | undefined {
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

function grep(rest: readonly Argument[], shell: Shell, input: Output | undefined): Output | undefined {
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

function awk(rest: readonly Argument[], shell: Shell, input: Output | undefined): Output | undefined {
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

function tr(rest: readonly Argument[], input: Output | undefined): Output | undefined {
  const words = rest.map((a) => knownText(a.text));
  const text = input && knownText(input.text);
  if (text === undefined || words[0] !== '-d' || words[1] === undefined) return undefined;
  if (/^\[:space:\]$/.test(words[1])) return { text: [text.replace(/\s/g, '')] };
  if (words[1].includes('[') || words[1].includes('-')) return undefined;
  const gone = words[1].replace(/\\n/g, '\n').replace(/\\r/g, '\r').replace(/\\"/g, '"');
  return { text: [[...text].filter((c) => !gone.includes(c)).join('')] };
}

function ends(name: 'head' | 'tail', rest: readonly Argument[], input: Output | undefined): Output | undefined {
  const text = input && knownText(input.text);
  const option = rest.map((a) => knownText(a.text)).join(' ');
  const count = /^-(?:n ?)?(\d+)$/.exec(option)?.[1];
  if (text === undefined || count === undefined) return undefined;
  const lines = text.replace(/\n$/, '').split('\n');
  const kept = name === 'head' ? lines.slice(0, Number(count)) : lines.slice(-Number(count));
  return { text: [`${kept.join('\n')}\n`] };
}

/** `sed s/a/b/` of literal text, `^` and `$`; every other program of sed's is left to a run. */
function sed(rest: readonly Argument[], input: Output | undefined): Output | undefined {
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

function cut(rest: readonly Argument[], input: Output | undefined): Output | undefined {
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

/** A text with `${X}` filled in where the shell knows X; lines stay where they are. */
function substituteEnvironment(source: SourceText, shell: Shell): SourceText {
  const text = source.text.replace(/\$\{(\w+)\}|\$(\w+)/g, (written, braced?: string, bare?: string) => {
    const value = shell.variables.get(braced ?? bare!)?.items[0]?.text;
    const known = value && !firstUnknown(value) ? knownText(value) : undefined;
    return known === undefined || known.includes('\n') ? written : known;
  });
  return { ...source, text };
}
