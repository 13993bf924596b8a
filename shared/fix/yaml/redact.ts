import { isMap, isScalar, isSeq, type ParsedNode, type YAMLMap, type YAMLSeq } from 'yaml';
import { REDACTED, redactText, redactValue } from '../../align/redact.ts';
import { nameOf, readDocuments } from './documents.ts';
import type { Splice } from './sheet.ts';

/** A YAML text as a reader may see it: every secret in it replaced, by where it stands or what it looks like, in comments and strings too; line for line as before. */
export function redactYaml(text: string): string {
  const documents = readDocuments(text);
  const splices: Splice[] = [];
  if (!('why' in documents)) for (const { contents } of documents) if (contents) hideIn(contents, text, [], false, splices);
  const hidden = splices
    .sort((a, b) => b.start - a.start)
    .reduce((whole, { start, end, text: inner }) => whole.slice(0, start) + inner + whole.slice(end), text);
  let inKey = false;
  return hidden
    .split('\n')
    .map((line) => {
      const begins = line.includes('-----BEGIN ');
      const wasIn = inKey;
      inKey = (wasIn || begins) && !line.includes('-----END ');
      if (wasIn) return `${/^\s*(?:#\s*)?/.exec(line)![0]}${REDACTED}`;
      const comment = /(^|\s)#.*$/.exec(line);
      return redactText(comment ? line.slice(0, comment.index) + redactPair(line.slice(comment.index)) : line);
    })
    .join('\n');
}

function hideIn(node: ParsedNode, text: string, path: readonly string[], isHidden: boolean, splices: Splice[]): void {
  if (isMap(node)) {
    const pairs = (node as YAMLMap.Parsed).items.map(
      ({ key, value }) => [nameOf(key as ParsedNode) ?? '', value as ParsedNode | null] as const,
    );
    const isSecret = pairs.some(([key, value]) => key === 'kind' && isScalar(value) && String(value.value) === 'Secret');
    for (const [key, value] of pairs) {
      const inner = [...path, key];
      if (value && 'range' in value)
        hideIn(value, text, inner, isHidden || (isSecret && /^(data|stringData)$/.test(key)) || isSecretMap(inner), splices);
    }
  } else if (isSeq(node)) {
    for (const item of (node as YAMLSeq.Parsed).items)
      if (item && 'range' in item) hideIn(item as ParsedNode, text, path, isHidden, splices);
  } else if (isScalar(node)) {
    const value = node.value as unknown;
    if (value === null || value === '' || typeof value === 'boolean') return;
    const [start, end] = node.range;
    const written = text.slice(start, end);
    const isSecret = isHidden || names(path).some((name) => redactValue(value, name) === REDACTED);
    const block = node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED';
    if (isSecret)
      splices.push({
        start,
        end,
        text: written
          .split('\n')
          .map((line, i) => (block && (i === 0 || line.trim() === '') ? line : `${/^\s*/.exec(line)![0]}${REDACTED}`))
          .join('\n'),
      });
    else if (block)
      splices.push({
        start,
        end,
        text: written
          .split('\n')
          .map((line, i) => (i === 0 ? line : redactPair(line)))
          .join('\n'),
      });
  }
}

/** A map at this path holds nothing but secrets. */
function isSecretMap(path: readonly string[]): boolean {
  return names(path).some((name) => JSON.stringify(redactValue({ probe: 'text' }, name)).includes(REDACTED));
}

/** What a path is called where it may begin further down: below an Application's `valuesObject`, a dependency's name. */
function names(path: readonly string[]): string[] {
  const starts = path.flatMap((key, i) => (i > 0 && /^(etcd|azure)$/i.test(key) ? [i] : []));
  return [0, ...starts].map((i) => path.slice(i).join('.')).filter((name) => name !== '');
}

/** A line of a comment or of a text within the text that writes a key and its value. */
function redactPair(line: string): string {
  const pair = /^(\s*(?:#+\s*)?(?:- )?["']?)([\w.-]+)(["']?\s*[:=]\s*)(\S.*)$/.exec(line);
  if (!pair) return line;
  const [, before, key, between, value] = pair as unknown as [string, string, string, string, string];
  return redactValue(value, key) === REDACTED ? `${before}${key}${between}${REDACTED}` : line;
}
