/** What a comment right above a fenced block says of it; README.md beside this file explains each. */
export type Mark =
  | { verb: 'run in'; path: string; codes: number[] }
  | { verb: 'run next'; codes: number[] }
  | { verb: 'not run'; reason: string }
  | { verb: 'output' }
  | { verb: 'from'; path: string }
  | { verb: 'write'; path: string; in?: string }
  | { verb: 'is'; kind: string }
  | { verb: 'not tested'; reason: string };

const MARKS: readonly [RegExp, (words: Record<string, string>) => Mark][] = [
  [/^run in (?<path>\S+?)(?:, exit (?<codes>[\d ]+))?$/, ({ path, codes }) => ({ verb: 'run in', path: path!, codes: numbers(codes) })],
  [/^run next(?:, exit (?<codes>[\d ]+))?$/, ({ codes }) => ({ verb: 'run next', codes: numbers(codes) })],
  [/^not run: (?<reason>\S.{9,})$/, ({ reason }) => ({ verb: 'not run', reason: reason! })],
  [/^output$/, () => ({ verb: 'output' })],
  [/^from (?<path>\S+)$/, ({ path }) => ({ verb: 'from', path: path! })],
  [/^write (?<path>\S+)(?: in (?<folder>\S+))?$/, ({ path, folder }) => ({ verb: 'write', path: path!, ...(folder && { in: folder }) })],
  [/^is (?<kind>\S.*)$/, ({ kind }) => ({ verb: 'is', kind: kind! })],
  [/^not tested: (?<reason>\S.{9,})$/, ({ reason }) => ({ verb: 'not tested', reason: reason! })],
];

/** The marks among the comments of a piece of HTML. A comment that begins like a mark and is none is an error; others are nobody's. */
export function marksIn(html: string, place: string): Mark[] {
  const marks: Mark[] = [];
  for (const [, comment] of html.matchAll(/<!--\s*([\s\S]*?)\s*-->/g)) {
    const found = MARKS.map(([pattern, read]) => ({ groups: pattern.exec(comment!)?.groups, isMatch: pattern.test(comment!), read })).find(
      ({ isMatch }) => isMatch,
    );
    if (found) marks.push(found.read({ ...found.groups }));
    else if (/^(?:run|not run|output|from|write|is|not tested)\b/.test(comment!))
      throw new Error(`${place}: \`${comment}\` is no mark; test/docs/README.md shows how they are written`);
  }
  return marks;
}

function numbers(text: string | undefined): number[] {
  return text?.trim().split(/\s+/).map(Number) ?? [0];
}
