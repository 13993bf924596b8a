/** Characters that would move the cursor, colour, hide or reorder text: C0 and C1 controls, bidirectional marks, zero-width characters, the line and paragraph separators. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** One line of text that cannot harm a terminal: every control or invisible character becomes its visible escape. */
export function plainText(text: string, limit = 400): string {
  const short = text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
  return short.replace(UNSAFE, (c) => (c === '\n' ? '⏎' : c === '\t' ? ' ' : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`));
}
