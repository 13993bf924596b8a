import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check } from '../shared/check.ts';
import type { Report } from '../shared/model.ts';
import { compareWithBase } from '../shared/report/changes.ts';
import { plainText } from '../shared/report/escape.ts';
import { renderMarkdown } from '../shared/report/markdown.ts';
import { code, prose } from '../shared/report/markdown-text.ts';
import { directoryRepository } from '../shared/repository/directory.ts';

/** GitHub's own parser, from Debian: `apt-get install cmark-gfm`. */
const isInstalled = spawnSync('cmark-gfm', ['--version']).status === 0;
const isWanted = isInstalled || process.env.CI === 'true';
if (!isWanted) console.warn('cmark-gfm is not installed: what GitHub makes of our Markdown is NOT tested (apt-get install cmark-gfm)');

/** As GitHub calls it; unsafe HTML stays in, because it is what GitHub's sanitizer would get. */
function html(markdown: string): string {
  const extensions = ['table', 'autolink', 'strikethrough', 'tagfilter', 'tasklist', 'footnotes'].flatMap((name) => ['-e', name]);
  return execFileSync('cmark-gfm', [...extensions, '--unsafe'], { input: markdown, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
}

/** Numbers that look random and are the same each time. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const PIECES = [
  ...'`~|\\<>[]()!*_#@:/.&$^\'"-=+{}% \t\n\r',
  ...['``', '```', '\\|', '\\`', '| |', '||', '   ', '$$', '[^1]', '[ ]', '- ', '1. ', '> ', '# ', '---', '```suggestion', '~~~'],
  ...['word', 'ipam.mode', 'https://evil.example/x', 'www.evil.example', 'a@b.example', '@octocat', '@org/team', '#1', 'o/r#1', 'GH-1'],
  ...[
    'deadbeefdeadbeefdeadbeefdeadbeefdeadbeef',
    ':tada:',
    '<!--',
    '-->',
    '<!-- cilium-align:v1 key=x -->',
    '<img src=x onerror=alert(1)>',
  ],
  ...[
    '</code>',
    '</li></ul>',
    '</td></tr></table>',
    '</details>',
    '<details>',
    '<script>',
    '<![CDATA[',
    '<?php',
    '[a](https://evil.example)',
  ],
  ...[
    '![a](https://evil.example/p.png)',
    '[a]: https://evil.example',
    '&#64;octocat',
    '&lt;b&gt;',
    '&nbsp;',
    '\u00a0',
    '\u3000',
    '\u200b',
    '\u202e',
  ],
  ...[
    '\u0000',
    '\u001b[31m',
    '\ud800',
    '\ufeff',
    '\u2028',
    '\u0085',
    'é',
    '漢字',
    '🇩🇪',
    '👩‍👩‍👧',
    '::error::x',
    '##[set-output name=a]b',
    '%0A',
    '{{ .x }}',
  ],
];

function hostileTexts(seed: number, howMany: number): string[] {
  const pick = random(seed);
  return Array.from({ length: howMany }, () => Array.from({ length: 1 + pick(10) }, () => PIECES[pick(PIECES.length)]).join(''));
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
/** What a reader must see of a text, and nothing else. */
const visible = (text: string) => plainText(text).replaceAll('<!--', '< !--') || '""';

describe.skipIf(!isWanted)("GitHub's own parser", () => {
  it('makes of each of 20,000 hostile texts one code span with exactly that text', () => {
    const texts = hostileTexts(20, 20_000);
    const items = html(texts.map((text) => `- ${code(text)}\n`).join(''))
      .trim()
      .split('\n');
    expect(items[0]).toBe('<ul>');
    expect(items.at(-1)).toBe('</ul>');
    expect(items).toHaveLength(texts.length + 2);
    const wrong = texts.filter((text, i) => items[i + 1] !== `<li><code>${escaped(visible(text))}</code></li>`);
    expect(wrong).toEqual([]);
  });

  it('makes of each of 20,000 hostile sentences words and code spans', () => {
    const texts = hostileTexts(21, 20_000);
    const items = html(texts.map((text) => `- x ${prose(text)}\n`).join(''))
      .trim()
      .split('\n');
    expect(items).toHaveLength(texts.length + 2);
    const wrong = texts.filter((_, i) => {
      const match = /^<li>(.*)<\/li>$/.exec(items[i + 1]!);
      return match === null || !/^(?:[\p{L}\d .,;:!?…()'’“”–—·→✗✓✔-]|&quot;)*$/u.test(match[1]!.replace(/<code>[^<]*<\/code>/g, ''));
    });
    expect(wrong).toEqual([]);
  });

  const root = join(import.meta.dirname, '..');
  const options = { failOn: 'error', undecided: 'fail' } as const;
  const reportOf = (path: string) => check(directoryRepository(join(root, path)), options);

  it.each(['examples/omni-handoff', 'test/cases/several-clusters/repo', 'test/cases/opaque-values/repo', 'test/cases/one-side-only/repo'])(
    'makes of a report about %s in which every text is hostile our own page',
    (path) => {
      const report = reportOf(path);
      for (let seed = 1; seed <= 12; seed++) {
        const texts = hostileTexts(seed, 500);
        const head = hostile(report, texts);
        const compared =
          seed % 3 === 0 ? head : compareWithBase(head, hostile(report, hostileTexts(seed % 2, 500)), { ...options, fails: 'new' });
        const markdown = renderMarkdown(compared, 60_000, { notices: texts.slice(0, 3), configuration: texts.slice(3, 9) });
        expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(60_000);
        expectOurs(html(markdown), texts);
      }
    },
  );
});

const OURS = new Set(['h3', 'h4', 'p', 'ul', 'li', 'strong', 'code', 'details', 'summary']);

/** Nothing on the page but our own elements, without an attribute, each closed; and outside of code no text of the repository that means something. */
function expectOurs(page: string, texts: readonly string[]): void {
  const open: string[] = [];
  for (const [tag, closing, name] of page.matchAll(/<(\/?)([^\s>]*)[^>]*>/g)) {
    expect(OURS, tag).toContain(name);
    expect(tag).toBe(`<${closing}${name}>`);
    if (closing === '') open.push(name!);
    else expect(open.pop()).toBe(name);
  }
  expect(open).toEqual([]);
  const outside = page.replace(/<code>[^<]*<\/code>/g, '␣').replace(/<[^>]*>/g, ' ');
  expect(outside).not.toMatch(/[@`*_[\]|#$~\\^{}<>]|:\/\/|www\.|&(?!quot;|amp;)|\b[0-9a-f]{7,40}\b/);
  expect(texts.length).toBeGreaterThan(0);
}

/** The report with another text wherever a repository speaks. */
function hostile(report: Report, texts: readonly string[]): Report {
  let next = 0;
  const text = () => texts[next++ % texts.length]!;
  const names = new Map<string | null, string>(report.clusters.map(({ name }) => [name, text()]));
  const spoken = new Set([
    'message',
    'why',
    'value',
    'file',
    'source',
    'namespace',
    'chartVersion',
    'chartVersionWhy',
    'fix',
    'reason',
    'until',
    'rule',
  ]);
  const walk = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return key === 'files' ? value.map(text) : value.map((item) => walk(item, key));
    if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, walk(v, k)]));
    if (key === 'setting' && next % 3 === 0) return `podAnnotations.${text()}`;
    return spoken.has(key) && value !== null ? text() : value;
  };
  const evil = walk(report, '') as Report;
  for (const cluster of evil.clusters) cluster.name = names.get(cluster.name) ?? null;
  for (const finding of evil.findings) finding.cluster = names.get(finding.cluster) ?? null;
  evil.clusters.forEach((cluster, i) => {
    cluster.rows.forEach((row, j) => {
      if ((i + j) % 40 === 0) row.suppressed = { reason: text(), until: text() };
    });
  });
  return evil;
}
