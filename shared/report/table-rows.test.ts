import pc from 'picocolors';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import type { Cell, Row } from '../model.ts';
import { valueLines } from './table-rows.ts';
import { TERMINAL } from './ways.ts';

const cell = (value: string): Cell => ({ value, origin: 'set', place: { file: 'values.yaml', line: 1, column: 1 } });

it.each([60, 80, 100])('marks a value that is cut off, at %i columns', (width) => {
  const row: Row = {
    setting: 'apiRateLimit',
    status: 'drifted',
    impact: 'behaviour',
    level: 'warning',
    bootstrap: cell('short'),
    argocd: cell('endpoint-create=rate-limit:2/s,rate-burst:16,parallel-requests:8,max-wait-duration:30s,auto-adjust:true,log:false'),
  };
  const lines = valueLines(row, { width, showAll: false, ways: TERMINAL, c: pc.createColors(false) });
  expect(lines).toHaveLength(4);
  expect(lines.at(-1)).toMatch(/…$/);
  for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
  expect(lines.join('\n')).toContain('short');
});
