import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Node, parse } from 'acorn';
import { transformSync } from 'esbuild';

/** A text in the code; `…` stands for what is put into it. */
export interface Message {
  file: string;
  text: string;
  /** What is said by it: that a value cannot be known, that a call cannot be carried out, anything else. */
  says: 'unknown' | 'refusal' | 'else';
}

/** Every text in a folder of the code, tests left out. */
export function messagesIn(root: string, folder: string): Message[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.includes('data/'))
    .flatMap((name) => messagesOf(join(folder, name), readFileSync(join(root, folder, name), 'utf8')));
}

function messagesOf(file: string, source: string): Message[] {
  const { code } = transformSync(source, { loader: 'ts', format: 'esm', target: 'es2022' });
  const found: Message[] = [];
  const visit = (node: unknown, says: Message['says']): void => {
    if (Array.isArray(node)) for (const child of node) visit(child, says);
    if (node === null || typeof node !== 'object' || !('type' in node)) return;
    const inside = meaningOf(node as Node) ?? says;
    const text = textOf(node as Node);
    if (text !== undefined) found.push({ file, text, says: inside });
    for (const child of Object.values(node)) visit(child, inside);
  };
  visit(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), 'else');
  return found;
}

/** What the texts below a piece of code say, where it decides that. */
function meaningOf(node: Node): Message['says'] | undefined {
  const { type, callee, key } = node as Node & { callee?: { name?: string }; key?: { name?: string } };
  if ((type === 'NewExpression' || type === 'CallExpression') && /^(?:UsageError|ActionProblem)$/.test(callee?.name ?? ''))
    return 'refusal';
  if (type === 'CallExpression' && /^opaque$|Opaque$/.test(callee?.name ?? '')) return 'unknown';
  if (type === 'Property') return key?.name === 'reason' ? 'unknown' : 'else';
  return undefined;
}

function textOf(node: Node): string | undefined {
  const { type, value, quasis } = node as Node & { value?: unknown; quasis?: { value: { cooked: string } }[] };
  if (type === 'Literal' && typeof value === 'string') return value;
  return type === 'TemplateLiteral' ? quasis!.map(({ value: { cooked } }) => cooked).join('…') : undefined;
}
