/**
 * What is wrong with a text that a page shows, held against what was really printed: every line in its order. `…` stands for any piece of a line;
 * a line that holds nothing else, for any number of lines. A `part` may begin and end anywhere, and be indented less.
 */
export function outputProblems(shown: string, printed: string, extent: 'whole' | 'part' = 'whole'): string[] {
  const want = lines(shown);
  const have = lines(printed);
  const starts = extent === 'whole' ? [0] : have.keys();
  for (const start of starts) {
    const indent = extent === 'part' ? /^ */.exec(have[start] ?? '')![0].length - /^ */.exec(want[0] ?? '')![0].length : 0;
    const rest = have.slice(start).map((line) => line.slice(Math.min(indent, /^ */.exec(line)![0].length)));
    if (indent >= 0 && matches(want, rest, extent)) return [];
  }
  return [extent === 'part' ? 'the file says otherwise' : `what was printed is\n${printed}`];
}

function matches(want: readonly string[], have: readonly string[], extent: 'whole' | 'part'): boolean {
  if (want.length === 0) return extent === 'part' || have.length === 0;
  const [first, ...others] = want;
  if (first!.trim() === '…') return have.concat('').some((_, i) => matches(others, have.slice(i), extent));
  return have.length > 0 && line(first!).test(have[0]!) && matches(others, have.slice(1), extent);
}

function line(shown: string): RegExp {
  return new RegExp(
    `^${shown
      .split('…')
      .map((piece) => piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('.*')}$`,
    'u',
  );
}

function lines(text: string): string[] {
  return text
    .replace(/\s+$/, '')
    .split('\n')
    .map((each) => each.trimEnd());
}
