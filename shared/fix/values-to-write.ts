import { REDACTED, redactValue } from '../align/redact.ts';
import { settingAt } from '../cilium/settings/index.ts';
import type { EvaluatedRelease } from '../evaluate/release.ts';
import type { Row, Side } from '../model.ts';
import { at, firstOpaque, toPlain } from '../tree.ts';
import { isWritable, type Plain } from './yaml/value.ts';

/** Stands for a value that is not copied. */
export const SECRET = Symbol('secret');

/** What the other side has, as plain data: as it is written there, then as the chart understands it. */
export function valuesToWrite(row: Row, path: readonly string[], side: Side, other: EvaluatedRelease): Plain[] | typeof SECRET {
  const cell = row[side === 'bootstrap' ? 'argocd' : 'bootstrap'];
  const inCatalogue = settingAt(row.setting) !== undefined;
  const trees = [at(other.user, path), inCatalogue ? undefined : at(other.effective, path)];
  const written = trees.filter((tree) => tree !== undefined && firstOpaque(tree) === undefined).map(toPlain);
  const known = new Map<string, Plain>();
  for (const value of [...written, cell.value]) {
    const text = JSON.stringify(value);
    if (text === undefined) continue;
    const plain = JSON.parse(text) as Plain;
    if (text.includes(REDACTED) || JSON.stringify(redactValue(plain, row.setting)) !== text) return SECRET;
    if (isWritable(plain) && !isTemplate(text)) known.set(text, plain);
  }
  return [...known.values()];
}

const MARK = /\{\{|\{%|#%|%\{|\$[({A-Za-z]/;

/** True for a text that a template language might take for its own. */
export function isTemplate(text: string): boolean {
  return MARK.test(text);
}
