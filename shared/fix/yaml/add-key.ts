import { isAlias, isMap, isScalar, type ParsedNode, type YAMLMap } from 'yaml';
import { colonOf, isEmpty, isNothing, isTagged, mergesKeys, type NotEdited, nameOf, type Pair } from './documents.ts';
import { holdsComment, type Sheet } from './sheet.ts';
import { blockText, flowText, keyText, type Plain } from './value.ts';

/** A map, and one of its pairs. */
export interface Step {
  map: YAMLMap.Parsed;
  pair: Pair;
}

const COMPLEX = 'writes it in a form that is not edited here';

/** The text with a key and what is nested in it added to the map `node`, the value of `holder` (or the top of the document where there is none), which may be null or empty. */
export function addKey(
  sheet: Sheet,
  node: ParsedNode | null,
  holder: Step | undefined,
  key: string,
  value: Plain,
): { text: string } | NotEdited {
  if (sheet.isShared(node)) return { why: 'uses the map in other places too (a YAML anchor)' };
  if (isMap(node) && node.items.length > 0)
    return node.flow ? addToFlow(sheet, node as YAMLMap.Parsed, key, value) : addToBlock(sheet, node as YAMLMap.Parsed, key, value);
  if (!isNothing(node) && !isMap(node)) return { why: `holds no map at ${holder ? nameOf(holder.pair.key as ParsedNode) : 'its top'}` };
  if (node && holdsComment(sheet.text.slice(node.range[0], node.range[1]))) return { why: 'has comments within the empty brackets' };
  const whole: Plain = { [key]: value };
  return holder ? addBelow(sheet, node, holder, whole) : addToNothing(sheet, node, whole);
}

/** Behind `key:`, `key: null` or `key: {}`. */
function addBelow(sheet: Sheet, node: ParsedNode | null, { map, pair }: Step, whole: Plain): { text: string } | NotEdited {
  const colon = colonOf(pair);
  if (colon === undefined || isTagged(pair)) return { why: COMPLEX };
  const start = colon + 1;
  const end = node === null || isEmpty(node) ? start : node.range[1];
  if (map.flow) return { text: sheet.splice({ start, end, text: ` ${flowText(whole, sheet.style)}` }) };
  const comment = sheet.text
    .slice(end, sheet.lineEnd(end))
    .replace(/\r?\n$/, '')
    .trimEnd().length;
  const lines = blockText(whole, sheet.column(pair.key as ParsedNode), sheet.style);
  return { text: sheet.splice({ start, end, text: '' }, { start: end + comment, end: end + comment, text: lines }) };
}

/** To a document without values, or with empty brackets. */
function addToNothing(sheet: Sheet, node: ParsedNode | null, whole: Plain): { text: string } | NotEdited {
  const { text, style, document } = sheet;
  const { eol } = style;
  const lines = blockText(whole, -style.step, style).slice(eol.length);
  if (node && !isEmpty(node)) return { text: sheet.splice({ start: node.range[0], end: node.range[1], text: lines }) };
  if (/^(---|\.\.\.|%)/m.test(text)) {
    if (!/^---[ \t]*\r?\n?$/.test(text)) return { why: 'has document marks and no values' };
    return { text: `${text.replace(/\r?\n?$/, eol)}${lines}${eol}` };
  }
  const before = text.slice(0, Math.min(document.range[1], text.length));
  if (before === '') return { text: `${lines}${eol}` };
  return { text: /\n$/.test(before) ? `${before}${lines}${eol}` : `${before}${eol}${lines}` };
}

function addToFlow(sheet: Sheet, map: YAMLMap.Parsed, key: string, value: Plain): { text: string } | NotEdited {
  const last = map.items.at(-1)!;
  const end = sheet.endOfPair(last);
  const behind = sheet.text.slice(end, map.range[1] - 1);
  if (holdsComment(behind)) return { why: 'has comments within brackets' };
  const pair = `${keyText(key, sheet.style)}: ${flowText(value, sheet.style)}`;
  const { range } = last.key as ParsedNode;
  const margin = sheet.text.slice(sheet.lineStart(range[0]), range[0]);
  const onOwnLine = behind.includes('\n') && margin.trim() === '';
  const between = onOwnLine ? `${sheet.style.eol}${margin}` : ' ';
  const comma = /^\s*,/.exec(behind)?.[0].length;
  if (comma === undefined) return { text: sheet.splice({ start: end, end, text: `,${between}${pair}` }) };
  return { text: sheet.splice({ start: end + comma, end: end + comma, text: `${between}${pair}${onOwnLine ? ',' : ''}` }) };
}

function addToBlock(sheet: Sheet, map: YAMLMap.Parsed, key: string, value: Plain): { text: string } | NotEdited {
  if (mergesKeys(map) || map.items.some((pair) => colonOf(pair) === undefined || isAlias(pair.key) || !isScalar(pair.key)))
    return { why: COMPLEX };
  const { eol } = sheet.style;
  const column = sheet.column(map.items[0]!.key as ParsedNode);
  const lines = `${' '.repeat(column)}${keyText(key, sheet.style)}:${blockText(value, column, sheet.style)}`;
  const before = pairBefore(map, key);
  const at = sheet.lineEnd(sheet.endOfPair(before));
  const isLong = (pair: Pair) => sheet.text.slice((pair.key as ParsedNode).range[0], sheet.endOfPair(pair)).includes('\n');
  const blank = isSpaced(sheet, map) && (isLong(before) || lines.includes('\n')) ? eol : '';
  return {
    text: sheet.splice({ start: at, end: at, text: sheet.text[at - 1] === '\n' ? `${blank}${lines}${eol}` : `${eol}${blank}${lines}` }),
  };
}

/** The pair behind which a new key belongs: by the alphabet where the keys are in its order, else the last. */
function pairBefore(map: YAMLMap.Parsed, key: string): Pair {
  const names = map.items.map((pair) => nameOf(pair.key as ParsedNode) ?? '');
  const isOrdered = names.length > 2 && names.every((name, i) => i === 0 || names[i - 1]! < name);
  const later = isOrdered ? names.findIndex((name) => name > key) : -1;
  return later > 0 ? map.items[later - 1]! : map.items.at(-1)!;
}

/** True where most keys of a map have a blank line above them or above their comment. */
function isSpaced(sheet: Sheet, map: YAMLMap.Parsed): boolean {
  const gaps = map.items.slice(1).map((pair, i) => sheet.text.slice(sheet.endOfPair(map.items[i]!), (pair.key as ParsedNode).range[0]));
  return gaps.length > 0 && gaps.filter((gap) => /\n[ \t]*\r?\n/.test(gap)).length * 2 > gaps.length;
}
