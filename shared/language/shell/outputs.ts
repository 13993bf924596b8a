import { cat, copy, sops, substituteEnvironment, tee } from './file-programs.ts';
import type { Shell } from './interpreter.ts';
import { absolute, basename, directoryName, git, onPath } from './path-programs.ts';
import type { Output } from './streams.ts';
import { type Argument, joinText, knownText, ROOT, type Text } from './text.ts';
import { awk, cut, ends, grep, query, sed, tr } from './text-programs.ts';

type Program = (rest: readonly Argument[], shell: Shell, input: Output | undefined) => Output | undefined;

/** Programs whose output Git decides, by name. */
const PROGRAMS: ReadonlyMap<string, Program> = new Map<string, Program>([
  ['echo', echo],
  ['printf', printf],
  ['cat', cat],
  ['sops', sops],
  ['tee', tee],
  ['envsubst', substituteEnvironment],
  ['dirname', (rest) => onPath(rest, directoryName)],
  ['basename', basename],
  ['realpath', (rest, shell) => onPath(rest, (path) => absolute(path, shell))],
  ['readlink', (rest, shell) => onPath(rest, (path) => absolute(path, shell))],
  ['greadlink', (rest, shell) => onPath(rest, (path) => absolute(path, shell))],
  ['pwd', workingDirectory],
  ['git', git],
  ['yq', (rest, shell, input) => query('yq', rest, shell, input)],
  ['jq', (rest, shell, input) => query('jq', rest, shell, input)],
  ['gojq', (rest, shell, input) => query('jq', rest, shell, input)],
  ['grep', grep],
  ['egrep', grep],
  ['awk', awk],
  ['gawk', awk],
  ['sort', (rest, _, input) => onLines(rest, input, '\n')],
  ['uniq', (rest, _, input) => onLines(rest, input, '\n')],
  ['xargs', (rest, _, input) => onLines(rest, input, ' ')],
  ['tr', (rest, _, input) => tr(rest, input)],
  ['head', (rest, _, input) => ends('head', rest, input)],
  ['tail', (rest, _, input) => ends('tail', rest, input)],
  ['sed', (rest, _, input) => sed(rest, input)],
  ['cut', (rest, _, input) => cut(rest, input)],
]);

const SILENT = new Set('mkdir touch rm sleep set trap test [ : true false shopt alias wait popd'.split(' '));

/** What a program prints whose output Git decides; `nothing` where it prints nothing, undefined where only a run says it. */
export function outputOf(name: string, rest: readonly Argument[], shell: Shell, input: Output | undefined): Output | 'nothing' | undefined {
  if (name === 'cp') copy(rest, shell);
  return name === 'cp' || SILENT.has(name) ? 'nothing' : PROGRAMS.get(name)?.(rest, shell, input);
}

function echo(rest: readonly Argument[]): Output {
  const words = rest.filter((a, i) => !(i < 2 && /^-[neE]+$/.test(knownText(a.text) ?? '')));
  return { text: joinText(...words.map((w, i) => (i === 0 ? w.text : [' ', ...w.text])), ['\n']) };
}

function workingDirectory(_: readonly Argument[], { directories }: Shell): Output | undefined {
  const [first] = directories;
  return first === undefined ? undefined : { text: [first === '' ? ROOT : `${ROOT}/${first}`] };
}

/** Lines as they come in: their order and number matter to nobody here. */
function onLines(rest: readonly Argument[], input: Output | undefined, separator: string): Output | undefined {
  if (rest.length > 0 || !input) return undefined;
  return { text: input.text.map((piece) => (typeof piece === 'string' ? piece.trim().replace(/\s+/g, separator) : piece)) };
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
