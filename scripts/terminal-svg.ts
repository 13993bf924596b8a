import stringWidth from 'string-width';

/** What a picture of a terminal shows, and how. */
export interface Screen {
  /** The command that is typed. */
  command: string;
  /** What it prints, with the colours of a terminal. */
  output: string;
  /** How many characters a line has room for. */
  columns: number;
  theme: 'light' | 'dark';
  /** For those who cannot see it. */
  title: string;
}

/** GitHub's own colours: https://primer.style/product/primitives/color/ */
const THEMES = {
  light: {
    back: '#f6f8fa',
    line: '#d1d9e0',
    text: '#1f2328',
    dim: '#59636e',
    red: '#cf222e',
    green: '#1a7f37',
    yellow: '#9a6700',
    cyan: '#0969da',
  },
  dark: {
    back: '#151b23',
    line: '#3d444d',
    text: '#f0f6fc',
    dim: '#9198a1',
    red: '#ff7b72',
    green: '#3fb950',
    yellow: '#d29922',
    cyan: '#79c0ff',
  },
} as const;
type Colour = keyof (typeof THEMES)['light'];

/** The codes that picocolors writes: https://man7.org/linux/man-pages/man4/console_codes.4.html */
const COLOURS: Record<number, Colour> = { 31: 'red', 32: 'green', 33: 'yellow', 36: 'cyan' };

/** A piece of a line that looks the same to its end. */
interface Run {
  column: number;
  text: string;
  colour: Colour;
  isBold: boolean;
}

const CELL = 8.4;
const LINE = 20;
const PADDING = 16;

/** A picture of a terminal as SVG, the same for the same output everywhere: its text is text, and each piece is as wide as its columns, whatever fixed-width font a reader has. */
export function terminalSvg({ command, output, columns, theme, title }: Screen): string {
  const colours = THEMES[theme];
  const prompt: Run[] = [
    { column: 0, text: '$', colour: 'dim', isBold: false },
    { column: 2, text: command, colour: 'text', isBold: true },
  ];
  const lines = [prompt, [], ...runsOf(output.trimEnd())];
  const width = round(columns * CELL + 2 * PADDING);
  const height = lines.length * LINE + 2 * PADDING;
  const drawn = lines.flatMap((runs, i) =>
    runs.map(({ column, text, colour, isBold }) => {
      const place = `x="${round(PADDING + column * CELL)}" y="${PADDING + i * LINE + 14}" textLength="${round(stringWidth(text) * CELL)}"`;
      return `<text ${place} lengthAdjust="spacingAndGlyphs" fill="${colours[colour]}"${isBold ? ' font-weight="600"' : ''}>${escapeXml(text)}</text>`;
    }),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', monospace" font-size="14">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="6" fill="${colours.back}" stroke="${colours.line}"/>`,
    ...drawn,
    '</svg>\n',
  ].join('\n');
}

/** The pieces of each line, without the blanks around them. */
function runsOf(output: string): Run[][] {
  let colour: Colour = 'text';
  let [isBold, isDim] = [false, false];
  return output.split('\n').map((line) => {
    const runs: Run[] = [];
    let column = 0;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals begin a code with one
    for (const [, codes, text = ''] of line.matchAll(/(?:\x1b\[([\d;]*)m)|([^\x1b]+)/g)) {
      for (const code of codes?.split(';').map(Number) ?? []) {
        if (code === 0 || code === 22) [isBold, isDim] = [false, false];
        if (code === 1) isBold = true;
        if (code === 2) isDim = true;
        if (code === 0 || code === 39) colour = 'text';
        colour = COLOURS[code] ?? colour;
      }
      // Blanks of a column are room, not text: what follows them begins where it stands.
      for (const { 0: piece, index } of text.matchAll(/\S+(?: \S+)*/g))
        runs.push({ column: column + stringWidth(text.slice(0, index)), text: piece, colour: isDim ? 'dim' : colour, isBold });
      column += stringWidth(text);
    }
    return runs;
  });
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
