/** The committed form of the chart facts: versions are numbers into `versions`, values are read by {@link storedValue}. */
export interface StoredCharts {
  /** In release order. */
  versions: string[];
  values: unknown[];
  /** Path of a map, then key in it, to `first, last, value` triples. */
  defaults: Record<string, Record<string, number[]>>;
  /** Path to `first, last` pairs. */
  honoured: Record<string, number[]>;
  free: Record<string, number[]>;
}

/** Characters of a digest: 32 bytes as base64. */
const DIGEST = 44;

/** The value of a number: one of `values` or, below zero, one of the digests of images, which stand apart because they do not compress. */
export function storedValue(values: readonly unknown[], digests: string, number: number): unknown {
  if (number >= 0) return values[number];
  const start = (-1 - number) * DIGEST;
  return `sha256:${Buffer.from(digests.slice(start, start + DIGEST), 'base64').toString('hex')}`;
}
