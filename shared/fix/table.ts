import pc from 'picocolors';
import type { Cluster } from '../model.ts';
import { plainText } from '../report/escape.ts';
import { count } from '../report/verdict.ts';
import { placeText, shorten } from '../report/words.ts';
import { wrap } from '../report/wrap.ts';
import { hunksOf } from './diff.ts';
import type { EditedFile, Fix, FixedRow } from './model.ts';

/** How wide the terminal is, whether it has colours, and whether the files have been written. */
export interface FixTableOptions {
  width: number;
  colour: boolean;
  written: boolean;
}

type Colours = ReturnType<typeof pc.createColors>;

/** What fix does or did for a person at a terminal: the verdict, the edits as a diff, what is left to do by hand, what this side is not to be edited for. */
export function renderFix(fix: Fix, { width, colour, written }: FixTableOptions): string {
  const page = Math.max(60, Math.min(width, 160));
  const c = pc.createColors(colour);
  const several = comparedClusters(fix).length > 1;
  const sections = [
    verdictLines(fix, written, page, c),
    ...fix.files.map((file) => diffLines(file, page, c)),
    ...rowSections(fix, 'by hand', 'By hand', several, page, c),
    ...rowSections(fix, 'refused', 'Not edited', several, page, c),
    ...rowSections(fix, 'unknown', 'Not known from Git', several, page, c),
    closing(fix, written, page, c),
  ].filter((section) => section.length > 0);
  return `${sections.map((section) => section.join('\n')).join('\n\n')}\n`;
}

/** Whether something is left to do for a side: edits to be written count. */
export function isLeft({ files, rows }: Fix, written: boolean): boolean {
  return (!written && files.length > 0) || rows.some(({ result }) => result !== 'edited');
}

/** The clusters of which both sides were compared. */
export function comparedClusters({ before }: Fix): Cluster[] {
  return before.clusters.filter(({ bootstrap, argocd }) => bootstrap !== null && argocd !== null);
}

function verdictLines(fix: Fix, written: boolean, width: number, c: Colours): string[] {
  const { mark, sentence } = verdict(fix, written);
  const paint = mark === '✓' ? c.green : mark === '✗' ? c.red : c.yellow;
  return wrap(sentence, width - 2).map((line, i) => `${i === 0 ? paint(mark) : ' '} ${c.bold(line)}`);
}

function verdict(fix: Fix, written: boolean): { mark: string; sentence: string } {
  const { side, rows, files } = fix;
  const [mine, theirs] = side === 'argocd' ? ['Argo CD', 'the bootstrap'] : ['the bootstrap', 'Argo CD'];
  const number = (result: FixedRow['result']) => rows.filter((row) => row.result === result).length;
  const [edited, unknown] = [number('edited'), number('unknown')];
  const left = rows.length - edited - unknown;
  const names = new Set(rows.map(({ cluster }) => cluster));
  const [name] = [...names];
  const subject = names.size === 1 && name ? `${plainText(name, 80)}: ` : '';
  const say = (mark: string, ...sentences: string[]) => ({
    mark,
    sentence: `${subject}${sentences.map((text, i) => (i === 0 && subject !== '' ? text : capital(text))).join('. ')}.`,
  });
  const known = unknown === 0 ? [] : [`${count(unknown, 'setting')} cannot be known from Git`];
  if (rows.length === 0)
    return say(
      '✓',
      fix.named && fix.noted > 0
        ? 'nothing to fix, in what --setting names both sides agree'
        : fix.noted + fix.allowed > 0
          ? 'nothing to fix, no difference is an error or a warning'
          : `nothing to fix, ${mine} says what ${theirs} says`,
    );
  if (edited + left === 0) return say('✗', `nothing is edited: ${known[0]}`);
  if (edited === 0) return say('✗', `${count(left, 'difference')}, and ${left === 1 ? 'it is not' : 'none is'} edited here`, ...known);
  const all =
    left > 0
      ? `${edited} of ${edited + left} differences`
      : edited === 1
        ? 'the one difference'
        : edited === 2
          ? 'both differences'
          : `all ${edited} differences`;
  const rest = left === 0 ? '' : `; ${left} ${left === 1 ? 'is' : 'are'} left to you`;
  const of = count(files.length, 'file');
  if (written) return say(left + unknown === 0 ? '✓' : '!', `${of} written, and ${mine} follows ${theirs} in ${all}${rest}`, ...known);
  return say('!', `edits of ${of} make ${mine} follow ${theirs} in ${all}${rest}`, 'nothing is written yet', ...known);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function diffLines(file: EditedFile, width: number, c: Colours): string[] {
  const shared = file.alsoReadBy.map((name) => plainText(name, 80));
  const lines = [`  ${c.bold(plainText(file.file))}`];
  if (shared.length > 0)
    lines.push(
      ...wrap(
        `${shorten(shared, 4)} ${shared.length === 1 ? 'reads' : 'read'} it too, and ${shared.length === 1 ? 'changes' : 'change'} with it; no difference comes of that`,
        width - 4,
      ).map((line) => `  ${c.yellow(line)}`),
    );
  for (const { head, lines: changed } of hunksOf(file)) {
    lines.push(`  ${c.cyan(head)}`);
    for (const line of changed) {
      const text = `  ${line.charAt(0)}${plainText(line.slice(1))}`.trimEnd();
      lines.push(line.startsWith('-') ? c.red(text) : line.startsWith('+') ? c.green(text) : c.dim(text));
    }
  }
  return lines;
}

/** Rows with one reason together. */
function rowSections(
  { rows, side }: Fix,
  result: FixedRow['result'],
  title: string,
  several: boolean,
  width: number,
  c: Colours,
): string[][] {
  const groups = new Map<string, FixedRow[]>();
  for (const row of rows) if (row.result === result) groups.set(row.why ?? '', [...(groups.get(row.why ?? '') ?? []), row]);
  return [...groups].map(([why, alike]) => [
    ...wrap(`${title}: ${plainText(why, 600)}`, width - 2, '  ').map(
      (line, i) => `  ${i === 0 ? line.replace(title, c.bold(title)) : line}`,
    ),
    ...orders(alike, several).flatMap((line) => wrap(line, width - 6).map((part, i) => `    ${i === 0 ? c.cyan('→') : ' '} ${part}`)),
    ...(alike.some(({ edit }) => edit === undefined) && why.includes('the bootstrap must follow') && side === 'argocd'
      ? [`    ${c.dim('(cilium-align fix --edit bootstrap)')}`]
      : []),
  ]);
}

/** What a person does, row by row; settings without an edit together. */
function orders(rows: readonly FixedRow[], several: boolean): string[] {
  const of = (row: FixedRow) => (several && row.cluster !== null ? `${plainText(row.cluster, 80)}: ` : '');
  const order = ({ setting, edit = '', place }: FixedRow) =>
    `${edit.includes(setting) || setting === 'version' ? '' : `${plainText(setting)}: `}${plainText(edit, 300)}${place ? ` at ${placeText(place)}` : ''}`;
  const without = new Map<string, string[]>();
  for (const row of rows) if (row.edit === undefined) without.set(of(row), [...(without.get(of(row)) ?? []), plainText(row.setting)]);
  return [
    ...rows.filter(({ edit }) => edit !== undefined).map((row) => `${of(row)}${order(row)}`),
    ...[...without].map(([cluster, settings]) => `${cluster}${shorten(settings, 12)}`),
  ];
}

function closing(fix: Fix, written: boolean, width: number, c: Colours): string[] {
  const { noted, allowed, files, after } = fix;
  const findings = after.findings.filter(
    (finding) => !finding.suppressed && finding.level !== 'note' && finding.rule !== 'unknowable-setting',
  ).length;
  const lines = [
    ...(noted > 0
      ? [
          fix.named
            ? `${count(noted, 'difference')} that --setting does not name, and left alone`
            : `${count(noted, 'difference')} only noted, and left alone (--setting NAME edits them too)`,
        ]
      : []),
    ...(allowed > 0 ? [`${count(allowed, 'difference')} allowed by the configuration, and left alone`] : []),
    ...(findings > 0
      ? [`${count(findings, 'finding')} about something else than a difference (cilium-align lists ${findings === 1 ? 'it' : 'them'})`]
      : []),
  ];
  const next =
    files.length === 0
      ? []
      : [
          ...(fix.side === 'argocd'
            ? wrap('! the next sync brings this to the running cluster; --edit bootstrap changes only the next one', width - 4, '  ')
            : []),
          written ? '→ read it with git diff, then commit it' : '→ the same command with --write writes it',
        ];
  return [...lines.flatMap((line) => wrap(line, width - 2).map((part) => c.dim(`  ${part}`))), ...next.map((line) => `  ${line}`)];
}
