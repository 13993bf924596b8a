import type { Random } from '../generated/random.ts';
import { asBytes, type Case, sizeOf, textsOf } from './case.ts';

/** A case larger than this says nothing that a smaller one would not. */
const LARGEST = 400_000;

/** The case changed in one to a few ways; `others` are where pieces are taken from. */
export function mutate(from: Case, others: readonly Case[], random: Random): Case {
  let files = { ...from };
  for (let left = random.chance(0.5) ? 1 : random.between(2, 6); left > 0; left--) {
    const changed = random.chance(0.12) ? changePaths(files, others, random) : changeText(files, others, random);
    if (sizeOf(changed) <= LARGEST) files = changed;
  }
  return files;
}

function changeText(files: Case, others: readonly Case[], random: Random): Case {
  const texts = textsOf(files);
  if (texts.length === 0) return files;
  const [path, text] = random.pick(texts);
  return { ...files, [path]: random.pick(TEXT)(text, random, { files, others }) };
}

interface Around {
  files: Case;
  others: readonly Case[];
}
type Mutator = (text: string, random: Random, around: Around) => string;

/** What readers of other people's files have fallen over. */
const NASTY = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  '~',
  'true',
  'yes',
  'off',
  '""',
  "''",
  '-1',
  '0',
  '1e999',
  '0x7fffffff',
  '0o17',
  '.inf',
  '.nan',
  '9007199254740993',
  '1_000',
  '190:20:30',
  '2001-12-14',
  '!!binary aGVsbG8=',
  '!!set {a}',
  '!<tag:x,2000:y>',
  '&a',
  '*a',
  '<<: *a',
  '<<: [*a, *a]',
  '? ',
  '- ',
  '- - - ',
  '|',
  '>-',
  '|+9',
  '"',
  "'",
  '`',
  '{{ . }}',
  '{{',
  '}}',
  '{{- end }}',
  '{{ range . }}',
  '{{ include "a" . }}',
  '{{ define "a" }}{{ template "a" . }}{{ end }}',
  '{{ tpl . . }}',
  '{{ printf "%1000000d" 1 }}',
  '{{ repeat 100000 "aaaaaaaaaa" }}',
  '{{ until 1000000 }}',
  '{{ regexReplaceAll "(a+)+$" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!" "" }}',
  '${',
  '}',
  '${a}',
  '%{ for a in b }',
  '%{',
  '$(',
  '$((',
  '${a[@]//b/c}',
  '<<EOF\n',
  '<<-EOF\n',
  'EOF\n',
  '$(cat $0)',
  'source $0\n',
  'f() { f; f; }; f\n',
  'while true; do helm upgrade cilium cilium/cilium; done\n',
  'for i in {1..999999}; do echo $i; done\n',
  '"${',
  '\\',
  '\\\n',
  '#',
  ' #',
  '//',
  '/*',
  '../',
  '/',
  './',
  '.',
  '..',
  '$values/',
  'file://',
  'https://github.com/',
  '@',
  ':',
  ',',
  '=',
  '[',
  ']',
  '{',
  '[*]',
  '**/*',
  '*',
  '?',
  '[!a]',
  '{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}',
  '!(a)',
  '+(a|a)+',
  '@(a|b)',
  '{1..100000}',
  '>=1.0.0 <2.0.0 || ~1.2 || ^1',
  '1.18.x',
  'v1.18.2',
  '1.18.2-rc.0+build',
  '999999999999.0.0',
  '10.0.0.0/8',
  '::/0',
  '10.0.0.0/99',
  '1.2.3.4.5',
  '::ffff:1.2.3.4/96',
  '---\n',
  '...\n',
  '%YAML 1.2\n---\n',
  '\ufeff',
  '\u0000',
  '\r\n',
  '\r',
  '\t',
  '\u0085',
  '\u2028',
  '\u2029',
  '\u202e',
  '\u200b',
  '\u001b[31m',
  '\u009b',
  '\ue000',
  '\uf8ff',
  '\ufffe',
  '😀',
  'é',
  'İ',
  'ß',
  '\u0001',
  '\u007f',
  '::error::x\n',
  '##[group]x\n',
  '<!-- -->',
  '</details>',
  '@octocat',
  '|',
  ']]>',
  '&amp;',
  'helm upgrade --install cilium cilium/cilium --version 1.18.2 -n kube-system -f values.yaml',
  'cilium install --version 1.18.2 --set ',
  'kustomize build --enable-helm .',
  'ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]',
  'sops:\n',
  '{% for a in b %}',
  '{% endfor %}',
  '{#',
  '{{ a | default(b) }}',
].map(asBytes);
const RAW = ['\xff', '\xc0\x80', '\xed\xa0\x80', '\xf5\x80\x80\x80', '\x80', '\xff\xfe', '\xfe\xff'];

/** Texts that grow what a careless loop goes over again and again. */
const REPEATED = [
  '! ',
  'time ',
  'f() ',
  'x=$x$x\n',
  '$x ',
  '`x` ',
  'a',
  ' ',
  '\n',
  '\t',
  '"',
  "'",
  '\\',
  '[',
  '{',
  '(',
  '{{',
  '{{ if a }}',
  '{{/*',
  '${',
  '$(',
  '`',
  '- ',
  '? ',
  '*',
  '/',
  '../',
  '#',
  ',',
  '=',
  ':',
  'a: ',
  'a:\n',
  '&a ',
  '*a, ',
  '|',
  '||',
  '&&',
  ';',
  '<',
  '<<',
  '%',
  '%{ if a }',
  '{% if a %}',
  '{#',
  '-',
  '--',
  '--set a=b ',
  'a.',
  'a[0]',
  '1',
  '.',
  '!',
  '@',
  '~',
  '^',
  '\r',
  '\r\n',
  '\u0000',
  '---\n',
  ' \n',
  'a\n',
  'a b ',
  '\\\n',
  '"a"',
  "'a' ",
];

const anywhere = (text: string, random: Random) => random.between(0, text.length);
const splice = (text: string, at: number, remove: number, insert: string) => text.slice(0, at) + insert + text.slice(at + remove);
const pieceOf = (random: Random) => (random.chance(0.9) ? random.pick(NASTY) : random.pick(RAW));

/** A token of a text near a random place, and where it is. */
function token(text: string, random: Random): { at: number; token: string } | undefined {
  const from = anywhere(text, random);
  const pattern = /[\w][\w./-]*|"[^"\n]{0,100}"|[^\s\w]+/g;
  pattern.lastIndex = from;
  const match = pattern.exec(text) ?? /\S+/.exec(text);
  return match ? { at: match.index, token: match[0] } : undefined;
}

function anyText({ files, others }: Around, random: Random): string {
  const texts = textsOf(others.length > 0 && random.chance(0.6) ? random.pick(others) : files);
  return texts.length === 0 ? '' : random.pick(texts)[1];
}

interface Block {
  first: number;
  last: number;
  indent: number;
}

const indentOf = (line: string) => /^ */.exec(line)![0].length;

/** A line with everything below it that stands further in. */
function blockIn(lines: readonly string[], random: Random): Block {
  const first = random.between(0, lines.length - 1);
  const indent = indentOf(lines[first]!);
  let last = first;
  while (last + 1 < lines.length && (lines[last + 1]!.trim() === '' || indentOf(lines[last + 1]!) > indent)) last++;
  return { first, last, indent };
}

const shifted = (lines: readonly string[], by: number) =>
  lines.map((line) => (by >= 0 ? ' '.repeat(by) + line : line.slice(Math.min(-by, indentOf(line)))));

const ofLines =
  (change: (lines: string[], random: Random, around: Around) => string[]): Mutator =>
  (text, random, around) =>
    change(text.split('\n'), random, around).join('\n');

const TEXT: readonly Mutator[] = [
  // A byte.
  (text, random) => splice(text, anywhere(text, random), random.between(0, 1), String.fromCharCode(random.between(0, 255))),
  (text, random) => splice(text, anywhere(text, random), 1, ''),
  // A stretch.
  (text, random) => splice(text, anywhere(text, random), random.between(1, 200), ''),
  (text, random) => {
    const at = anywhere(text, random);
    return splice(text, anywhere(text, random), 0, text.slice(at, at + random.between(1, 300)));
  },
  (text, random) => text.slice(0, anywhere(text, random)),
  // A word.
  (text, random) => splice(text, anywhere(text, random), 0, pieceOf(random)),
  ...Array.from(
    { length: 3 },
    (): Mutator => (text, random) => {
      const found = token(text, random);
      return found ? splice(text, found.at, found.token.length, pieceOf(random)) : text;
    },
  ),
  ...Array.from(
    { length: 3 },
    (): Mutator => (text, random, around) => {
      const found = token(text, random);
      const other = token(anyText(around, random), random);
      return found && other ? splice(text, found.at, found.token.length, other.token) : text;
    },
  ),
  // A path where another word stands: what leads in a circle.
  ...Array.from(
    { length: 2 },
    (): Mutator =>
      (text, random, { files }) => {
        const found = token(text, random);
        const path = random.pick(Object.keys(files));
        const written = random.pick([
          path,
          `./${path}`,
          `../${path}`,
          path.slice(path.lastIndexOf('/') + 1),
          path.slice(0, Math.max(0, path.lastIndexOf('/'))) || '.',
        ]);
        return found ? splice(text, found.at, found.token.length, written) : text;
      },
  ),
  // The same again and again.
  (text, random) => splice(text, anywhere(text, random), 0, random.pick(REPEATED).repeat(2 ** random.between(2, 13))),
  (text, random) => {
    const found = token(text, random);
    return found ? splice(text, found.at, found.token.length, random.pick(REPEATED).repeat(2 ** random.between(2, 12))) : text;
  },
  // Lines.
  ofLines((lines, random) => lines.toSpliced(random.between(0, lines.length - 1), 1)),
  ofLines((lines, random) => lines.toSpliced(random.between(0, lines.length), 0, random.pick(lines))),
  ofLines((lines, random, around) => lines.toSpliced(random.between(0, lines.length), 0, random.pick(anyText(around, random).split('\n')))),
  ofLines((lines, random) => {
    const at = random.between(0, lines.length - 1);
    return lines.with(at, random.chance(0.5) ? `  ${lines[at]}` : lines[at]!.replace(/^ {1,2}/, ''));
  }),
  ofLines((lines, random) => {
    const [a, b] = [random.between(0, lines.length - 1), random.between(0, lines.length - 1)];
    return lines.with(a, lines[b]!).with(b, lines[a]!);
  }),
  // Blocks of lines, as YAML and most languages nest them.
  ofLines((lines, random) => {
    const { first, last } = blockIn(lines, random);
    return lines.toSpliced(first, last - first + 1);
  }),
  ofLines((lines, random) => {
    const { first, last } = blockIn(lines, random);
    return lines.toSpliced(first, 0, ...lines.slice(first, last + 1));
  }),
  ...Array.from({ length: 3 }, () =>
    ofLines((lines, random, around) => {
      const theirs = anyText(around, random).split('\n');
      const [here, there] = [blockIn(lines, random), blockIn(theirs, random)];
      const block = shifted(theirs.slice(there.first, there.last + 1), here.indent + (random.chance(0.3) ? 2 : 0) - there.indent);
      return lines.toSpliced(here.first, random.chance(0.5) ? here.last - here.first + 1 : 0, ...block);
    }),
  ),
  ofLines((lines, random) => {
    const { first, last, indent } = blockIn(lines, random);
    const key = `${' '.repeat(indent)}${random.pick(['a:', '__proto__:', '-', 'metadata:', 'spec:', 'values: |', '? a', 'a: &a', '<<:', '{{ if a }}', 'if true; then'])}`;
    return lines.toSpliced(first, last - first + 1, key, ...shifted(lines.slice(first, last + 1), 2));
  }),
  // Values.
  ofLines((lines, random) => {
    const at = random.between(0, lines.length - 1);
    const match = /^(\s*(?:- )*[^:\s]+: )/.exec(lines[at]!);
    if (!match) return lines;
    const depth = 2 ** random.between(0, 12);
    const value = random.pick([
      () => '['.repeat(depth) + ']'.repeat(depth),
      () => '{a: '.repeat(depth) + '}'.repeat(depth),
      () => '['.repeat(depth),
      () => `&a [${'*a,'.repeat(Math.min(depth, 100))}]`,
      () => '&b x',
      () => '*b',
      () => `"${'\\"'.repeat(depth)}"`,
      () => `{${Array.from({ length: Math.min(depth, 500) }, (_, i) => `k${i}: ${i}`).join(', ')}}`,
      () => `|\n${' '.repeat(indentOf(lines[at]!) + 2)}${pieceOf(random)}`,
      () => pieceOf(random),
      () => `"${pieceOf(random).replace(/["\\]/g, '\\$&')}"`,
    ])();
    return lines.with(at, match[1] + value);
  }),
  (text, random) => {
    // Aliases that double at each level.
    const levels = random.between(2, 30);
    const bomb = Array.from(
      { length: levels },
      (_, i) =>
        `a${i}: &a${i} [${
          i === 0
            ? 'x'
            : Array(random.between(2, 9))
                .fill(`*a${i - 1}`)
                .join(', ')
        }]`,
    );
    return `${bomb.join('\n')}\n${text}`;
  },
  // The whole.
  (text, random) =>
    random.pick([
      (t: string) => t.replaceAll('\n', '\r\n'),
      (t: string) => `\xef\xbb\xbf${t}`,
      (t: string) => t.replaceAll('  ', '\t'),
      (t: string) => `${t}\n---\n${t}`,
      (t: string) => t.replaceAll('"', ''),
      (t: string) => t.toUpperCase(),
      () => '',
    ])(text),
  (_, random, around) => anyText(around, random),
  (text, random, around) => `${text}\n---\n${anyText(around, random)}`,
];

function changePaths(files: Case, others: readonly Case[], random: Random): Case {
  const paths = Object.keys(files);
  if (paths.length === 0) return files;
  const path = random.pick(paths);
  const { [path]: file, ...rest } = files;
  const directory = path.slice(0, path.lastIndexOf('/') + 1);
  const name = path.slice(directory.length);
  const other = random.pick(paths);
  switch (random.between(0, 9)) {
    case 0:
      return rest;
    case 1: {
      const from = random.pick(others.length > 0 ? others : [files]);
      const taken = random.pick(Object.keys(from));
      return { ...files, [taken]: from[taken]! };
    }
    case 2:
      return placed(
        rest,
        directory +
          random.pick([
            name.toUpperCase(),
            `${name}.j2`,
            `${name}.tmpl`,
            name.replace(/\.\w+$/, ''),
            `${'x'.repeat(300)}.yaml`,
            `a b ${name}`,
            `:${name}`,
            `-${name}`,
            `é${name}`,
            `\u202e${name}`,
            `a\n${name}`,
            `__proto__`,
            `${name}.json`,
            `{${name}}`,
            `[${name}`,
            `*${name}`,
          ]),
        file!,
      );
    case 3:
      return placed(
        rest,
        random.pick([
          name,
          `templates/${name}`,
          `__proto__/${path}`,
          `constructor/${path}`,
          `${'d/'.repeat(60)}${name}`,
          `charts/a/${path}`,
          `clusters/x/${path}`,
          `${directory}${directory}${name}`,
        ]),
        file!,
      );
    case 4:
      return { ...files, [path]: { symlink: other } };
    case 5:
      return {
        ...files,
        [path]: {
          symlink: random.pick([path, '', '..', directory, `${other}/x`, 'nowhere', other.slice(0, Math.max(0, other.lastIndexOf('/')))]),
        },
      };
    case 6:
      return placed(files, `${directory}link`, {
        symlink: random.pick(['', directory.slice(0, -1), other.slice(0, Math.max(0, other.lastIndexOf('/')))]),
      });
    case 7:
      return placed(files, `copy/${path}`, file!);
    case 8:
      return placed(rest, other, file!);
    default:
      return placed(
        rest,
        `${directory}${random.pick(['kustomization.yaml', 'Chart.yaml', 'values.yaml', 'talconfig.yaml', 'Taskfile.yaml', 'justfile', 'Makefile', 'helmfile.yaml', 'main.tf', 'install.sh', 'README.md', '.gitignore', '.cilium-align.yaml', '.argocd-source.yaml', 'bootstrap.yml', 'install.nu', 'install.fish', 'mise.toml', '.env', 'main.tftpl', 'values.yaml.gotmpl', 'patch.yaml.j2', 'app.jsonnet'])}`,
        file!,
      );
  }
}

/** The case with a file more, where that can be: no path is a file and a directory. */
function placed(files: Case, path: string, file: Case[string]): Case {
  const clean = path.replace(/\/{2,}/g, '/').replace(/^\//, '');
  const clashes = Object.keys(files).some((known) => known.startsWith(`${clean}/`) || clean.startsWith(`${known}/`));
  return clashes || clean === '' || clean.endsWith('/') ? files : { ...files, [clean]: file };
}
