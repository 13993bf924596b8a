import { writeFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import type { StoredCharts } from '../shared/cilium/stored-charts.ts';
import { joinPath, splitPath } from '../shared/tree.ts';

/** What is known of the charts, as readable facts: for each Helm path the ranges of versions `[first, last, default]`. */
export interface ChartFacts {
  /** In release order. */
  versions: string[];
  defaults: Record<string, [first: string, last: string, value: unknown][]>;
  /** Paths that templates read although values.yaml does not hold them. */
  honoured: Record<string, [first: string, last: string][]>;
  /** Maps with defaults that templates write out whole, so that any key below them counts. */
  free: Record<string, [first: string, last: string][]>;
}

const packed = (value: unknown): string => {
  const text = Buffer.from(JSON.stringify(value));
  return brotliCompressSync(text, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length },
  }).toString('base64');
};

const write = (file: string, docstring: string, value: unknown, more = '') =>
  writeFileSync(
    new URL(`../shared/cilium/data/${file}`, import.meta.url),
    `/** ${docstring} Written by scripts/charts.ts. */\nexport default '${packed(value)}';\n${more}`,
  );

const sorted = <T>(record: Record<string, T>): [string, T][] => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

/** Paths grouped by the map that they end in, so that a reader walks there once. */
function byParent(all: [path: string, ranges: number[]][]): StoredCharts['defaults'] {
  const groups: StoredCharts['defaults'] = {};
  for (const [path, ranges] of all) {
    const segments = splitPath(path);
    const key = segments.pop()!;
    const above = joinPath(segments);
    groups[above] ??= {};
    groups[above][key] = ranges;
  }
  return groups;
}

/** Writes the committed form of the facts: versions as numbers, every value once, brotli; the digests of images stand apart. */
export function writeChartFacts(facts: ChartFacts): void {
  const number = new Map(facts.versions.map((version, i) => [version, i]));
  const values: unknown[] = [];
  const seen = new Map<string, number>();
  const digests: string[] = [];
  const digestNumber = (hex: string): number => {
    const known = seen.get(hex);
    if (known !== undefined) return known;
    seen.set(hex, -1 - digests.length);
    return -digests.push(Buffer.from(hex, 'hex').toString('base64'));
  };
  const valueNumber = (value: unknown): number => {
    const hex = typeof value === 'string' ? /^sha256:([0-9a-f]{64})$/.exec(value)?.[1] : undefined;
    if (hex !== undefined) return digestNumber(hex);
    const key = JSON.stringify(value);
    const known = seen.get(key);
    if (known !== undefined) return known;
    seen.set(key, values.length);
    return values.push(value) - 1;
  };
  const ranges = (record: Record<string, [string, string][]>) =>
    Object.fromEntries(
      sorted(record).map(([path, all]) => [path, all.flatMap(([first, last]) => [number.get(first)!, number.get(last)!])]),
    );
  const stored: StoredCharts = {
    versions: facts.versions,
    defaults: byParent(
      sorted(facts.defaults).map(([path, all]) => [
        path,
        all.flatMap(([first, last, value]) => [number.get(first)!, number.get(last)!, valueNumber(value)]),
      ]),
    ),
    values,
    honoured: ranges(facts.honoured),
    free: ranges(facts.free),
  };
  write(
    'charts.ts',
    'Chart defaults of every released version, and the paths that templates honour without one: JSON, brotli, base64.',
    stored,
    `\n/** Digests of images, 44 characters of base64 each. */\nexport const digests = '${digests.join('')}';\n`,
  );
}
