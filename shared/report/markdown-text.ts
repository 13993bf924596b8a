import { plainText } from './escape.ts';

/**
 * A text of a repository as a code span of GitHub's Markdown: nothing in it is a mention, a link, an image, HTML or the end of the span.
 * https://github.github.com/gfm/#code-spans
 */
export function code(text: string, limit?: number): string {
  const clean = plainText(text, limit).replaceAll('<!--', '< !--');
  if (clean === '') return '`""`';
  const longest = Math.max(0, ...(clean.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest === 0 ? 1 : longest + 1);
  const blank = /[^ ]/.test(clean) && (/^`|`$/.test(clean) || (clean.startsWith(' ') && clean.endsWith(' '))) ? ' ' : '';
  return `${fence}${blank}${clean}${blank}${fence}`;
}

/** Words that Markdown and GitHub leave alone: letters with the marks of a sentence, and short numbers. */
const WORD = /^[("“'’]*[A-Za-z]+(?:['’-][A-Za-z]+)*['’]?[)"”]*[.,;:!?…]*$/;
const NUMBER = /^\(?\d{1,5}(?:\.\d{1,5}){0,2}\)?[.,;:!?]?$/;
const MARK = /^(?:[–—…·→✗✓✔?!]|[.,;:!?)"”]+)$/;
/** What GitHub takes for a commit. */
const COMMIT = /^[0-9a-f]{7,40}\W*$/i;
/** What begins a list where a line begins. */
const LIST = /^\d+[.)]$/;

/** A sentence as Markdown: plain words stay, code spans stay code, and every other word, which may come from a file, becomes a code span. */
export function prose(text: string, limit = 1000): string {
  const parts = plainText(text, limit).trim().split('`');
  const pieces = parts.flatMap((part, i) => {
    if (i % 2 === 0) return words(part);
    return i < parts.length - 1 ? [{ text: part, isCode: true }] : words(`\`${part}`);
  });
  let out = '';
  let open = '';
  for (const piece of pieces) {
    // Two code spans that touch would end each other.
    if (piece.isCode || (out + open === '' && LIST.test(piece.text))) open += piece.text;
    else if (piece.text !== '') {
      out += open === '' ? '' : code(open);
      out += piece.text;
      open = '';
    }
  }
  return out + (open === '' ? '' : code(open));
}

function words(text: string): { text: string; isCode: boolean }[] {
  return text.split(/( +)/).flatMap((word) => {
    if (/^ *$/.test(word) || isPlain(word)) return [{ text: word, isCode: false }];
    const [, before, core, after] = /^([("“]*)(.*?)([.,;:!?)"”]*)$/.exec(word)!;
    return [
      { text: before!, isCode: false },
      { text: core!, isCode: true },
      { text: after!, isCode: false },
    ];
  });
}

function isPlain(word: string): boolean {
  return (WORD.test(word) || NUMBER.test(word) || MARK.test(word)) && !COMMIT.test(word);
}
