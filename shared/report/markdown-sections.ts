/** A piece of the page: where it does not fit whole, it is cut after an item, and `foot` still stands. */
export interface Section {
  head: string[];
  items: string[];
  foot: string[];
}

/** Room for the line that says what was left out. */
const CLOSING = 120;

/** The first line always, then as much of the sections as fits into `limit` bytes of UTF-8, in order, cut only between items; what was left out is counted. */
export function assemble(first: string, sections: readonly Section[], limit: number): string {
  let text = `${first}\n`;
  let room = limit - CLOSING - bytes(text);
  let left = 0;
  for (const { head, items, foot } of sections) {
    if (head.length + items.length === 0) continue;
    const start = head.length === 0 ? '' : `${head.join('\n')}\n`;
    const end = foot.length === 0 ? '' : `${foot.join('\n')}\n`;
    let rest = room - bytes(start) - bytes(end) - 1;
    const taken: string[] = [];
    for (const item of items) {
      const size = bytes(item) + 1;
      if (size > rest) break;
      taken.push(item);
      rest -= size;
    }
    left += items.length - taken.length;
    if (rest < 0 || (taken.length === 0 && items.length > 0)) continue;
    text += `\n${start}${taken.map((item) => `${item}\n`).join('')}${end}`;
    room = rest;
  }
  if (left > 0) text += `\n${left} more did not fit here: \`npx cilium-align --show all\` lists them.\n`;
  return text;
}

/** Items below a line of our own words; nothing where there are none. */
export function list(title: string, items: string[]): Section {
  return { head: title === '' || items.length === 0 ? [] : [title, ''], items, foot: [] };
}

/** Items that are folded away below a line of our own words; nothing where there are none. */
export function fold(summary: string, items: string[]): Section {
  if (items.length === 0) return { head: [], items, foot: [] };
  return { head: ['<details>', `<summary>${summary}</summary>`, ''], items, foot: ['', '</details>'] };
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
