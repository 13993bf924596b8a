import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { plainText } from './escape.ts';
import { code, prose } from './markdown-text.ts';

const html = (markdown: string) => micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true });
const decode = (text: string) =>
  text.replace(/&(lt|gt|quot|amp);/g, (_, name: string) => ({ lt: '<', gt: '>', quot: '"', amp: '&' })[name]!);

/** Numbers that look random and are the same each time. */
function* random(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (state * 1664525 + 1013904223) % 4294967296;
    yield state;
  }
}
const PIECES = [
  ...'`~|\\<>[]()!*_#@:/.&$\'"- =+',
  '``',
  'a',
  'word',
  '1.',
  'https://evil.example',
  'www.evil.example',
  'a@b.example',
  '@octocat',
  '<!--',
  '-->',
  '<img src=x>',
  '\n',
  '\u202e',
  '&#64;',
  'deadbeef1',
];
const numbers = random(3);
const pick = (n: number) => numbers.next().value! % n;
const samples = Array.from({ length: 1500 }, () => Array.from({ length: 1 + pick(9) }, () => PIECES[pick(PIECES.length)]).join(''));

describe('a text of a repository in Markdown', () => {
  it('is one code span with all of it', () => {
    for (const sample of samples) {
      const clean = plainText(sample).replaceAll('<!--', '< !--');
      expect(html(`x ${code(sample)} y`), sample).toMatch(/^<p>x <code>[\s\S]*<\/code> y<\/p>$/);
      expect(decode(/<code>([\s\S]*)<\/code>/.exec(html(`x ${code(sample)} y`))![1]!)).toBe(clean);
    }
  });

  it('in a sentence it is plain words and code, nothing else', () => {
    for (const sample of samples) {
      const page = html(`- ${prose(sample)}`);
      const tags = [...page.matchAll(/<\/?([a-z0-9]+)/g)].map(([, tag]) => tag);
      expect(new Set([...tags, 'ul', 'li', 'code']), `${sample}\n${page}`).toEqual(new Set(['ul', 'li', 'code']));
      expect(page.replace(/<code>.*?<\/code>/g, '␣').replace(/<\/?(ul|li)>/g, ''), sample).not.toMatch(/@|:\/\/|www\.|[*_#[\]~|\\$<>]/);
    }
  });

  it.each([
    [
      "The bootstrap's Job runs quay.io/cilium/cli:latest, whatever that is.",
      "The bootstrap's Job runs `quay.io/cilium/cli:latest`, whatever that is.",
    ],
    ['change `ipam.mode` to `kubernetes` at a/b.yaml:3', 'change `ipam.mode` to `kubernetes` at `a/b.yaml:3`'],
    ['two spans that touch: `a``b`', 'two spans that touch: `ab`'],
    ['it stands there (a.yaml:3).', 'it stands there (`a.yaml:3`).'],
    ['ask @octocat', 'ask `@octocat`'],
    ['1. a list', '`1.` a list'],
    ['1.`a` b', '`1.a` b'],
    ['fixes #12 in deadbeef1', 'fixes `#12` in `deadbeef1`'],
  ])('%j', (text, markdown) => {
    expect(prose(text)).toBe(markdown);
  });
});
