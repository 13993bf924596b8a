import type { ParsedNode, YAMLMap } from 'yaml';
import type { Step } from './add-key.ts';
import { colonOf, type NotEdited, nameOf, type Pair } from './documents.ts';
import { holdsComment, type Sheet } from './sheet.ts';

/**
 * The text without the last of the pairs that lead to a value. A map that this leaves empty goes as well, for Helm takes `key:` for "delete the default",
 * but the one that holds the values (of which `holder` is the pair) stays, as `{}`.
 */
export function removeKey(sheet: Sheet, steps: readonly Step[], holder: Step | undefined): { text: string } | NotEdited {
  let depth = steps.length - 1;
  while (depth > 0 && steps[depth]!.map.items.length === 1) depth--;
  const last = steps.at(-1)!;
  const { map, pair } = steps[depth]!;
  if (steps.slice(depth).some((step) => colonOf(step.pair) === undefined)) return { why: 'writes it in a form that is not edited here' };
  if (depth < steps.length - 1 && holdsComments(sheet, pair, last)) return emptyOut(sheet, last, steps.at(-2)!.pair);
  if (map.flow)
    return map.items.length > 1
      ? removeFromFlow(sheet, map, pair)
      : { text: sheet.splice({ start: map.range[0], end: map.range[1], text: '{}' }) };
  if (map.items.length > 1 || holder === undefined) return removeLines(sheet, map, pair);
  const start = colonOf(holder.pair)! + 1;
  const end = sheet.endOfPair(holder.pair);
  if (holdsComment(sheet.text.slice(start, end))) return { why: 'has comments between the values, which would be lost' };
  return { text: sheet.splice({ start, end, text: ' {}' }) };
}

/** Comments stand beside what goes: they stay, and the map around them is written as an empty one. */
function emptyOut(sheet: Sheet, { map, pair }: Step, above: Pair): { text: string } | NotEdited {
  if (map.flow) return { why: 'has comments within brackets' };
  const colon = colonOf(above)! + 1;
  return { text: sheet.splice({ start: colon, end: colon, text: ' {}' }, { ...linesOf(sheet, map, pair), text: '' }) };
}

/** True where a comment that is not the removed value's own stands inside of the pair that would go with it. */
function holdsComments(sheet: Sheet, gone: Pair, { map, pair }: Step): boolean {
  const [start, end] = [colonOf(gone)! + 1, sheet.endOfPair(gone)];
  if (map.flow) return holdsComment(sheet.text.slice(start, end));
  const own = linesOf(sheet, map, pair);
  return holdsComment(sheet.text.slice(start, own.start)) || holdsComment(sheet.text.slice(own.end, end));
}

function removeFromFlow(sheet: Sheet, map: YAMLMap.Parsed, pair: Pair): { text: string } | NotEdited {
  const i = map.items.indexOf(pair);
  const next = map.items[i + 1];
  const [start, end] = next
    ? [(pair.key as ParsedNode).range[0], (next.key as ParsedNode).range[0]]
    : [sheet.endOfPair(map.items[i - 1]!), sheet.endOfPair(pair)];
  if (holdsComment(sheet.text.slice(start, end))) return { why: 'has comments within brackets' };
  return { text: sheet.splice({ start, end, text: '' }) };
}

function removeLines(sheet: Sheet, map: YAMLMap.Parsed, pair: Pair): { text: string } | NotEdited {
  const start = (pair.key as ParsedNode).range[0];
  if (sheet.text.slice(sheet.lineStart(start), start).trim() === '')
    return { text: sheet.splice({ ...linesOf(sheet, map, pair), text: '' }) };
  // The first key of an item stands behind its dash.
  const next = map.items[map.items.indexOf(pair) + 1];
  if (!next) return { why: 'would hold no values any more' };
  const end = (next.key as ParsedNode).range[0];
  if (holdsComment(sheet.text.slice(start, end))) return { why: 'has comments between the values, which would be lost' };
  return { text: sheet.splice({ start, end, text: '' }) };
}

function linesOf(sheet: Sheet, map: YAMLMap.Parsed, pair: Pair): { start: number; end: number } {
  const { range } = pair.key as ParsedNode;
  return sheet.linesWithTheirComment(range[0], sheet.endOfPair(pair), {
    isLast: map.items.at(-1) === pair,
    name: nameOf(pair.key as ParsedNode),
  });
}
