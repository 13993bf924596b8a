import type { ParsedNode, YAMLSeq } from 'yaml';
import type { NotEdited } from './documents.ts';
import { holdsComment, type Sheet, type Splice } from './sheet.ts';
import { flowText, itemText, type Plain } from './value.ts';

/** The text with other items in a list: those that stay keep their text, with what is written beside and above them. `unordered`: they may stay where they are. */
export function changeList(sheet: Sheet, list: YAMLSeq.Parsed, items: readonly Plain[], unordered: boolean): { text: string } | NotEdited {
  const wanted = unordered ? inOrderOf(itemsOf(list), items) : items;
  return list.flow ? changeFlowList(sheet, list, wanted) : changeBlockList(sheet, list, wanted);
}

function changeFlowList(sheet: Sheet, list: YAMLSeq.Parsed, wanted: readonly Plain[]): { text: string } | NotEdited {
  const [start, end] = list.range;
  const old = sheet.text.slice(start, end);
  if (old.includes('\n') || holdsComment(old)) return { why: 'writes the list over several lines within brackets' };
  const items = itemsOf(list);
  const used = new Set<number>();
  const texts = wanted.map((item) => {
    const i = items.findIndex((own, at) => !used.has(at) && isSame(own, item));
    if (i < 0) return flowText(item, sheet.style);
    used.add(i);
    const node = list.items[i] as ParsedNode;
    return sheet.text.slice(node.range[0], node.range[1]);
  });
  const blank = /^\[\s/.test(old) && list.items.length > 0 ? ' ' : '';
  return { text: sheet.splice({ start, end, text: `[${blank}${texts.join(', ')}${blank}]` }) };
}

function changeBlockList(sheet: Sheet, list: YAMLSeq.Parsed, wanted: readonly Plain[]): { text: string } | NotEdited {
  const { eol } = sheet.style;
  const lines: { from: number; to: number; column: number }[] = [];
  for (const item of list.items as (ParsedNode | null)[]) {
    const from = item && 'range' in item ? sheet.lineStart(item.range[0]) : 0;
    const dash = item && 'range' in item && /^([ \t]*)-[ \t]+$/.exec(sheet.text.slice(from, item.range[0]));
    if (!dash) return { why: 'writes the list in a form that is not edited here' };
    lines.push({ from, to: sheet.endOf(item), column: dash[1]!.length });
  }
  const { column } = lines[0]!;
  const text = (item: Plain) => `${' '.repeat(column)}-${itemText(item, column, sheet.style)}`;
  const stay = longestCommon(itemsOf(list), wanted);
  const splices: Splice[] = [];
  let next = 0;
  for (const [i, { from, to }] of lines.entries()) {
    const place = stay.get(i);
    if (place === undefined) {
      splices.push({ ...sheet.linesWithTheirComment(from, to, { isLast: i === lines.length - 1 }), text: '' });
      continue;
    }
    // What is new comes before what stays, or after the last that does.
    const added = wanted.slice(next, place).map((item) => `${text(item)}${eol}`);
    if (added.length > 0) splices.push({ start: from, end: from, text: added.join('') });
    next = place + 1;
  }
  const rest = wanted.slice(next).map(text).join(eol);
  const end = sheet.lineEnd(lines.at(-1)!.to);
  if (rest !== '') splices.push({ start: end, end, text: sheet.text[end - 1] === '\n' ? `${rest}${eol}` : `${eol}${rest}` });
  return { text: sheet.splice(...splices) };
}

function itemsOf(list: YAMLSeq.Parsed): Plain[] {
  return list.items.map((item) => (item as ParsedNode | null)?.toJSON() ?? null) as Plain[];
}

function isSame(a: Plain, b: Plain): boolean {
  const isLeaf = (value: Plain) => value !== null && typeof value !== 'object';
  return isLeaf(a) && isLeaf(b) ? String(a) === String(b) : JSON.stringify(a) === JSON.stringify(b);
}

/** The wanted items, those that are there already in the order in which they stand. */
function inOrderOf(own: readonly Plain[], wanted: readonly Plain[]): Plain[] {
  const left = [...wanted];
  const staying = own.filter((item) => {
    const i = left.findIndex((other) => isSame(item, other));
    if (i >= 0) left.splice(i, 1);
    return i >= 0;
  });
  return [...staying, ...left];
}

const MOST_COMPARED = 1_000_000;

/** By the position of an item that stays: its position among the wanted ones. */
function longestCommon(own: readonly Plain[], wanted: readonly Plain[]): Map<number, number> {
  const stay = new Map<number, number>();
  if (own.length * wanted.length > MOST_COMPARED) return stay;
  const lengths = Array.from({ length: own.length + 1 }, () => new Uint32Array(wanted.length + 1));
  for (let i = own.length - 1; i >= 0; i--)
    for (let j = wanted.length - 1; j >= 0; j--)
      lengths[i]![j] = isSame(own[i]!, wanted[j]!) ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
  for (let i = 0, j = 0; i < own.length && j < wanted.length; ) {
    if (isSame(own[i]!, wanted[j]!)) stay.set(i++, j++);
    else if (lengths[i + 1]![j]! >= lengths[i]![j + 1]!) i++;
    else j++;
  }
  return stay;
}
