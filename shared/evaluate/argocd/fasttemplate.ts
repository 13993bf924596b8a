import { type GoMap, lookUp, type Marks, print, Unknown } from '../go-template/values.ts';

/**
 * A string of an ApplicationSet without `goTemplate`: `{{ key }}` becomes the parameter of exactly that name, anything else stays as it is written.
 * https://github.com/valyala/fasttemplate
 */
export function renderFlat(text: string, params: GoMap, marks: Marks): string {
  let result = '';
  let at = 0;
  for (;;) {
    const open = text.indexOf('{{', at);
    const close = open < 0 ? -1 : text.indexOf('}}', open + 2);
    if (close < 0) return result + text.slice(at);
    const value = lookUp(params, text.slice(open + 2, close).trim());
    const known = value instanceof Unknown ? marks.mark(value) : typeof value === 'string' ? value : undefined;
    result += text.slice(at, open) + (known ?? text.slice(open, close + 2));
    at = close + 2;
  }
}

/** Nested data as flat parameters: `a.b`, `list.0`; empty lists and maps have none. */
export function flatten(value: GoMap, marks: Marks): GoMap {
  const flat: GoMap = new Map();
  const visit = (prefix: string, node: ReturnType<GoMap['get']>, depth: number) => {
    if (depth > 60 || flat.size > 20_000) return;
    if (node instanceof Unknown) flat.set(prefix, node);
    else if (Array.isArray(node)) for (const [index, item] of node.entries()) visit(`${prefix}.${index}`, item, depth + 1);
    else if (node instanceof Map) for (const [key, item] of node) visit(prefix === '' ? key : `${prefix}.${key}`, item, depth + 1);
    else flat.set(prefix, print(node ?? null, marks, true));
  };
  visit('', value, 0);
  return flat;
}
