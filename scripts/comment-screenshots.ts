/**
 * Pictures of the comment as a phone and a desk show it, to look at before its words or layout change:
 *
 *     node scripts/comment-screenshots.ts OUT HEAD [BASE]
 *
 * HEAD and BASE are directories; OUT gets a PNG for each width and theme, and the Markdown. Needs Debian's `cmark-gfm` and `chromium`.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { check } from '../shared/check.ts';
import { compareWithBase } from '../shared/report/changes.ts';
import { renderMarkdown } from '../shared/report/markdown.ts';
import { directoryRepository } from '../shared/repository/directory.ts';

/** GitHub's page as far as a comment needs it: https://github.com/sindresorhus/github-markdown-css */
const PAGE = `
:root { --back: #fff; --text: #1f2328; --muted: #59636e; --line: #d1d9e0; --code: #818b981f; --stripe: #f6f8fa; }
.dark { --back: #0d1117; --text: #f0f6fc; --muted: #9198a1; --line: #3d444d; --code: #656c7633; --stripe: #151b23; }
body { margin: 0; padding: 12px; box-sizing: border-box; background: var(--back); color: var(--text); }
article { border: 1px solid var(--line); border-radius: 6px; padding: 8px 16px 16px;
  font: 14px/1.5 -apple-system, "Segoe UI", "Noto Sans", Helvetica, "Liberation Sans", "DejaVu Sans", Arial, sans-serif; overflow-wrap: break-word; }
h3 { font-size: 1.25em; line-height: 1.25; margin: 16px 0; } h4 { font-size: 1em; line-height: 1.25; margin: 24px 0 16px; }
article > :first-child { margin-top: 8px; }
p, ul, table, details { margin: 0 0 16px; } ul { padding-left: 2em; } ul ul { margin: 0; } li + li { margin-top: .25em; } details ul { padding-left: 2em; }
code { font-family: ui-monospace, "Liberation Mono", "DejaVu Sans Mono", monospace; font-size: 85%; padding: .2em .4em; background: var(--code); border-radius: 6px; white-space: break-spaces; }
table { display: block; width: max-content; max-width: 100%; overflow: auto; border-collapse: collapse; }
th, td { border: 1px solid var(--line); padding: 6px 13px; } tr:nth-child(2n) { background: var(--stripe); }
summary { cursor: pointer; }`;

/** What GitHub's own parser makes of Markdown, on a page like GitHub's. */
function pageOf(markdown: string, theme: 'light' | 'dark', width: number): string {
  const extensions = ['table', 'autolink', 'strikethrough', 'tagfilter', 'tasklist'].flatMap((name) => ['-e', name]);
  const html = execFileSync('cmark-gfm', [...extensions, '--unsafe'], { input: markdown, encoding: 'utf8' });
  return `<!doctype html><meta charset="utf-8"><style>${PAGE}</style><body class="${theme}" style="width:${width}px"><article>${html}</article>`;
}

/** Takes a picture of a whole page with headless Chromium. */
function photograph(html: string, file: string, width: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'cilium-align-screenshot-'));
  const chromium = (height: number, ...order: string[]): string =>
    execFileSync(
      'chromium',
      [
        ...['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--disable-background-networking', '--no-first-run'],
        ...['--virtual-time-budget=2000', `--user-data-dir=${join(folder, 'profile')}`, `--window-size=${width},${height}`],
        ...order,
        join(folder, 'page.html'),
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 60_000 },
    );
  try {
    writeFileSync(join(folder, 'page.html'), `${html}<script>document.title = document.body.scrollHeight</script>`);
    const height = /<title>(\d+)/.exec(chromium(200, '--dump-dom'))?.[1];
    chromium(Math.min(Number(height), 8000), `--screenshot=${file}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [out, head, base] = process.argv.slice(2);
if (out === undefined || head === undefined) {
  console.error('usage: node scripts/comment-screenshots.ts OUT HEAD [BASE]');
  process.exit(2);
}
const options = { failOn: 'error', undecided: 'warn' } as const;
const reportOf = (directory: string) => check(directoryRepository(resolve(directory)), options);
const report =
  base === undefined ? reportOf(head) : compareWithBase(reportOf(head), reportOf(base), { ...options, fails: 'new', name: 'main' });
const markdown = renderMarkdown(report);
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'comment.md'), markdown);
for (const theme of ['light', 'dark'] as const) {
  for (const width of [400, 640, 900]) {
    const file = resolve(out, `comment-${width}-${theme}.png`);
    photograph(pageOf(markdown, theme, width), file, width);
    console.log(file);
  }
}
