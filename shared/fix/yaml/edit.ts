import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar, visit, type YAMLMap, type YAMLSeq } from 'yaml';
import { addKey, type Step } from './add-key.ts';
import { colonOf, isEmpty, isTagged, type MapAddress, mergesKeys, type NotEdited, type Pair, pairsOf, readDocuments } from './documents.ts';
import { changeList } from './lists.ts';
import { removeKey } from './remove-key.ts';
import { staysTheSame } from './same.ts';
import { holdsComment, Sheet } from './sheet.ts';
import { blockText, flowText, type Plain, type Quoting, scalarText } from './value.ts';

/** What becomes of one path below a map. `unordered`: the order of a list's items means nothing. */
export type YamlEdit = { set: Plain; unordered?: boolean } | 'remove';

/**
 * The text with one path below a map changed, added or taken away, and every byte outside of its lines as it was; or why that cannot be.
 * Keys that are not there are added at the level where they belong. Whatever else the text says, it says to Helm as before: that is looked up.
 */
export function editYaml(text: string, at: MapAddress, keys: readonly string[], edit: YamlEdit): { text: string } | NotEdited {
  const documents = readDocuments(text);
  if ('why' in documents) return documents;
  const document = documents[at.document];
  if (document === undefined) return { why: 'has no such document' };
  const edited = editPath(new Sheet(text, document), at.path, keys, edit);
  if ('why' in edited) return edited;
  return staysTheSame(text, edited.text, { ...at, path: [...at.path, ...keys] }, edit)
    ? edited
    : { why: 'cannot be edited there without a change of something else' };
}

const SHARED = 'uses what stands there in other places too (a YAML anchor)';

function editPath(sheet: Sheet, root: MapAddress['path'], keys: readonly string[], edit: YamlEdit): { text: string } | NotEdited {
  const found = rootOf(sheet, root);
  if ('why' in found) return found;
  const { holder } = found;
  let { node } = found;
  const steps: Step[] = [];
  for (const key of keys) {
    const step = stepInto(sheet, node, key);
    if (step === undefined) break;
    if ('why' in step) return step;
    steps.push(step);
    node = (step.pair.value ?? null) as ParsedNode | null;
  }
  if (steps.length < keys.length) {
    if (edit === 'remove') return { why: `does not hold ${keys.join('.')} itself` };
    const nested = keys.slice(steps.length + 1).reduceRight<Plain>((inner, key) => ({ [key]: inner }), edit.set);
    return addKey(sheet, node, steps.at(-1) ?? holder, keys[steps.length]!, nested);
  }
  const last = steps.at(-1)!;
  return tied(sheet, last.pair, node) ?? (edit === 'remove' ? removeKey(sheet, steps, holder) : change(sheet, last, node, edit));
}

/** The map that the keys are looked up in, and the pair whose value it is. */
function rootOf(sheet: Sheet, path: MapAddress['path']): { node: ParsedNode | null; holder?: Step } | NotEdited {
  let node = sheet.document.contents as ParsedNode | null;
  let holder: Step | undefined;
  for (const key of path) {
    if (isSeq(node) && typeof key === 'number') {
      if (sheet.isShared(node)) return { why: SHARED };
      holder = undefined;
      node = ((node as YAMLSeq.Parsed).items[key] ?? null) as ParsedNode | null;
      continue;
    }
    const step = stepInto(sheet, node, String(key));
    if (step === undefined) return { why: `holds no ${key}` };
    if ('why' in step) return step;
    holder = step;
    node = (step.pair.value ?? null) as ParsedNode | null;
  }
  if (isAlias(node)) return { why: 'holds its values behind an alias' };
  return { node, ...(holder && { holder }) };
}

/** The pair of a key; undefined where the node has none, or is no map. */
function stepInto(sheet: Sheet, node: ParsedNode | null, key: string): Step | NotEdited | undefined {
  if (isAlias(node)) return { why: `holds ${key} behind an alias` };
  if (!isMap(node)) return undefined;
  const map = node as YAMLMap.Parsed;
  if (sheet.isShared(map)) return { why: SHARED };
  if (mergesKeys(map)) return { why: 'merges keys in with `<<`, so that an edit could change another value' };
  const [pair, ...more] = pairsOf(map, key);
  if (more.length > 0) return { why: `holds the key ${key} twice` };
  return pair && { map, pair };
}

/** Why a value cannot be written over: something else means it, or it means something else. */
function tied(sheet: Sheet, pair: Pair, node: ParsedNode | null): NotEdited | undefined {
  if (isTagged(pair)) return { why: 'gives the value a tag' };
  let why: string | undefined;
  if (node && !isAlias(node))
    visit(node, (_, inner) => {
      if (isAlias(inner)) why = `holds the alias *${inner.source}`;
      else if ((isScalar(inner) || isMap(inner) || isSeq(inner)) && sheet.isShared(inner as ParsedNode)) why = SHARED;
    });
  return why === undefined ? undefined : { why };
}

function change(
  sheet: Sheet,
  { map, pair }: Step,
  node: ParsedNode | null,
  { set, unordered }: Exclude<YamlEdit, 'remove'>,
): { text: string } | NotEdited {
  const { style, text } = sheet;
  const isShort = set === null || typeof set !== 'object' ? !String(set).includes('\n') : false;
  if (isShort && node && !isEmpty(node) && (isAlias(node) || isScalar(node))) {
    const quoting = isAlias(node) ? 'plain' : quotingOf(node as Scalar.Parsed);
    return {
      text: sheet.splice({ start: node.range[0], end: sheet.endOf(node), text: scalarText(set as Exclude<Plain, object>, style, quoting) }),
    };
  }
  if (isSeq(node) && node.items.length > 0 && Array.isArray(set) && set.length > 0)
    return changeList(sheet, node as YAMLSeq.Parsed, set, unordered === true);
  const colon = colonOf(pair);
  if (colon === undefined) return { why: 'writes it in a form that is not edited here' };
  const start = colon + 1;
  const end = node === null || isEmpty(node) ? start : sheet.endOf(node);
  if (holdsComment(text.slice(start, end))) return { why: 'has comments inside the value, which would be lost' };
  const value = map.flow ? ` ${flowText(set, style)}` : blockText(set, sheet.column(pair.key as ParsedNode), style);
  if (value.includes(style.eol) && /^[ \t]*#/.test(text.slice(end))) return { why: 'has a comment behind the value' };
  return { text: sheet.splice({ start, end, text: value }) };
}

function quotingOf({ type }: Scalar.Parsed): Quoting {
  return type === 'QUOTE_SINGLE' ? 'single' : type === 'QUOTE_DOUBLE' ? 'double' : 'plain';
}
