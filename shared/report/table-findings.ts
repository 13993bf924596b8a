import type pc from 'picocolors';
import type { Finding } from '../model.ts';
import { plainText } from './escape.ts';
import type { Ways } from './ways.ts';
import { placeText, SIGN, shorten } from './words.ts';
import { wrap } from './wrap.ts';

/** How the page is set. */
export interface Page {
  width: number;
  showAll: boolean;
  ways: Ways;
  c: ReturnType<typeof pc.createColors>;
}

/** Findings as they are given: what is broken, where, and what to do. */
export function renderFindings(findings: readonly Finding[], page: Page): string[] {
  const { c } = page;
  const shown = page.showAll ? findings : findings.slice(0, MOST);
  const lines = shown.flatMap((finding) => renderFinding(finding, page));
  if (shown.length < findings.length) lines.push(c.dim(`    and ${findings.length - shown.length} more (${page.ways.all})`));
  return lines;
}

const MOST = 12;

function renderFinding(finding: Finding, { width, showAll, c }: Page): string[] {
  const paint = { error: c.red, warning: c.yellow, note: c.dim }[finding.level];
  const places = shorten([...new Set(finding.places.map(placeText))], showAll ? finding.places.length : 3);
  const lines = wrap(`${plainText(finding.message, 800)} (${finding.rule})`, width - 4).map((l, i) =>
    i === 0 ? `  ${paint(SIGN[finding.level])} ${l}` : `    ${l}`,
  );
  if (places !== '') lines.push(...wrap(places, width - 6).map((l) => c.dim(`      ${l}`)));
  if (finding.fix && finding.level !== 'note')
    lines.push(...wrap(plainText(finding.fix), width - 8).map((l, i) => `      ${i === 0 ? c.cyan('→') : ' '} ${l}`));
  return lines;
}
