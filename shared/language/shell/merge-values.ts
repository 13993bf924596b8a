import type { FilePlace } from '../../model.ts';
import { firstUnknown, knownText, sameText, type Unknown } from './text.ts';
import type { Value } from './variables.ts';

/** Words that a list may have; no command line is as long. */
export const MOST_WORDS = 2000;

/** What a variable is after branches of which one has run: what all agree on, what stands where nobody gives another value, else one of several or unknown. */
export function mergeValues(
  name: string,
  before: Value | undefined,
  values: readonly (Value | undefined)[],
  condition: string,
  place: FilePlace,
  defaults: boolean,
): Value {
  const set = values.filter((v): v is Value => v !== undefined);
  const first = set[0]!;
  const exported = set.some((v) => v.exported) ? { exported: true as const } : {};
  if (set.every((v) => v.items.length === first.items.length && v.items.every((item, i) => sameText(item.text, first.items[i]!.text))))
    return { ...first, ...exported };
  const arrays = set.some((v) => v.items.length !== 1);
  if (arrays) {
    const shortest = set.reduce((a, b) => (b.items.length < a.items.length ? b : a));
    const conditional: Unknown = { written: `\${${name}[@]}`, reason: condition, place, name };
    const apart = shortest.items.findIndex((item, i) => !set.every((v) => sameText(v.items[i]?.text ?? [], item.text)));
    const start = apart < 0 ? shortest.items : shortest.items.slice(0, apart);
    const extra = set.flatMap((v) => v.items.slice(start.length)).map((item) => ({ ...item, conditional }));
    // Branches that rewrite a list from its start add up at each merge: 2^n words after n of them.
    if (start.length + extra.length > MOST_WORDS)
      return { items: [...start.slice(0, MOST_WORDS), { text: [conditional], place, many: true }], ...exported };
    return { items: [...start, ...extra], ...exported };
  }
  const texts = set.map((v) => v.items[0]!.text);
  const known = texts.map(knownText);
  const certain = [...new Set(known.filter((t) => t !== undefined && t !== ''))];
  const others = texts.filter((_, i) => known[i] === undefined);
  const start = before && knownText(before.items[0]?.text ?? []);
  // Flags that are only there in one branch, `EXTRA="--set a=b"`, are passed or not.
  if (certain.length === 1 && others.length === 0 && certain[0]!.startsWith('-')) {
    const conditional: Unknown = { written: `\${${name}}`, reason: condition, place, name };
    return { items: [{ text: [certain[0]!], place, conditional }], ...exported };
  }
  // A default stands where nobody gives another value, and what is only set in one branch is what is meant where it is used.
  const defaulted = before === undefined || start !== undefined || defaults;
  if (defaulted && certain.length === 1 && others.every((t) => t.length === 1 && firstUnknown(t)?.given))
    return { items: [{ text: [certain[0]!], place }], ...exported };
  if (others.length === 0 && certain.length > 1 && certain.length <= 6) {
    return {
      items: [{ text: [{ written: `\${${name}}`, reason: condition, place, name, oneOf: certain as string[] }], place }],
      ...exported,
    };
  }
  const oneOf = texts.every((t) => knownText(t) !== undefined || firstUnknown(t)?.oneOf)
    ? [...new Set(texts.flatMap((t) => firstUnknown(t)?.oneOf ?? [knownText(t)!]))]
    : undefined;
  return {
    items: [
      { text: [{ written: `\${${name}}`, reason: condition, place, name, ...(oneOf && oneOf.length <= 6 ? { oneOf } : {}) }], place },
    ],
    ...exported,
  };
}
