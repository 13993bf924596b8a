import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Message, messagesIn } from './messages.ts';
import { readPage } from './page.ts';

const root = join(import.meta.dirname, '../..');
const messages = ['shared', 'cli', 'action', 'plugin'].flatMap((folder) => messagesIn(root, folder));
const lines = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8').split('\n');
/** What stands in the first column of a table. */
const quoted = readPage(root, 'docs/troubleshooting.md').inlineCode.filter(({ place, text }) => {
  const first = /^\|((?:\\\||[^|])*)\|/.exec(lines[Number(place.split(':')[1]) - 1]!)?.[1];
  return first?.includes(text);
});

/** Whether all pieces of a quoted message stand in a text of the code, in order. */
function fits(quote: string, text: string): boolean {
  let from = 0;
  return quote
    .split('…')
    .filter((piece) => piece !== '')
    .every((piece) => {
      const at = text.indexOf(piece, from);
      from = at + piece.length;
      return at >= 0;
    });
}

const isSentence = ({ text }: Message) => /[a-z]{2,} .*[a-z]{2,}/.test(text);

describe('docs/troubleshooting.md', () => {
  it('quotes nothing but what the code says', () => {
    expect(quoted.length).toBeGreaterThan(150);
    const sentences = messages.filter(isSentence);
    expect(quoted.filter(({ text }) => !sentences.some((message) => fits(text, message.text)))).toEqual([]);
  });

  it('names every reason why a value cannot be known, and every refusal of a call', () => {
    const missing = messages.filter(
      (message) =>
        isSentence(message) &&
        (message.says === 'refusal' || (message.says === 'unknown' && !message.file.startsWith('shared/config/'))) &&
        message.text.split('…').join('').length > 15 &&
        !quoted.some(({ text }) => fits(text, message.text)),
    );
    expect([...new Set(missing.map(({ file, text }) => `${file}: ${text} (give it a row in docs/troubleshooting.md)`))]).toEqual([]);
  });
});
