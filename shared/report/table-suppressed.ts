import type { Cluster, Finding } from '../model.ts';
import { plainText } from './escape.ts';
import type { Page } from './table-findings.ts';
import { shorten } from './words.ts';
import { wrap } from './wrap.ts';

/** What the configuration allows: one line for each reason, with what it covers. */
export function renderSuppressed(rows: Cluster['rows'], findings: readonly Finding[], { width, showAll, c }: Page): string[] {
  const groups = new Map<string, Set<string>>();
  const add = (name: string, { reason, until }: NonNullable<Finding['suppressed']>) => {
    const why = `${plainText(reason)}${until === undefined ? '' : ` (until ${plainText(until)})`}`;
    groups.set(why, (groups.get(why) ?? new Set()).add(plainText(name)));
  };
  for (const row of rows) if (row.suppressed) add(row.setting, row.suppressed);
  for (const finding of findings) if (finding.suppressed) add(finding.rule, finding.suppressed);
  return [...groups].flatMap(([why, names]) =>
    wrap(`allowed: ${shorten([...names], showAll ? names.size : 4)}: ${why}`, width - 4).map((line, i) =>
      c.dim(`  ${i === 0 ? '=' : ' '} ${line}`),
    ),
  );
}
