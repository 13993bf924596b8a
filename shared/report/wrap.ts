import { eastAsianWidth } from 'get-east-asian-width';

/** Lines of at most `width` columns; the second and later ones begin with `indent`. A word longer than a line is cut, after a slash, comma or equals sign where there is one. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  let empty = true;
  const close = () => {
    lines.push(line.trimEnd());
    line = indent;
    empty = true;
  };
  for (const word of text.split(' ')) {
    let rest = word;
    if (!empty && columnsOf(line) + 1 + columnsOf(rest) > width) close();
    if (!empty) line += ' ';
    while (columnsOf(line) + columnsOf(rest) > width && rest.length > 1) {
      const piece = head(rest, Math.max(1, width - columnsOf(line)));
      line += piece;
      rest = rest.slice(piece.length);
      close();
    }
    line += rest;
    empty = false;
  }
  if (!empty) lines.push(line.trimEnd());
  return lines;
}

/** The text padded with blanks to a number of columns; longer text stays as it is. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}

/** The longest beginning of at most `columns` columns, at least one character, ending after a mark where the second half holds one. */
function head(text: string, columns: number): string {
  let fits = '';
  for (const character of text) {
    if (fits !== '' && columnsOf(fits + character) > columns) break;
    fits += character;
  }
  for (const marks of ['/,=', '-_.']) {
    const mark = Math.max(...[...marks].map((m) => fits.lastIndexOf(m)));
    if (mark >= fits.length / 2 && mark < fits.length - 1) return fits.slice(0, mark + 1);
  }
  return fits;
}

/** How many columns of a terminal a text without controls takes. */
export function columnsOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let columns = 0;
  for (const character of text) if (!/\p{M}/u.test(character)) columns += eastAsianWidth(character.codePointAt(0)!);
  return columns;
}
