import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';

/** What Helm made of one values document on one chart version: every rendered fact, or its error. */
export interface Recorded {
  version: string;
  facts?: Map<string, string>;
  error?: string;
}

/** One values document, and what Helm made of it on every recorded version. */
export interface RecordedCase {
  name: string;
  values: Record<string, unknown>;
  renders: Recorded[];
}

/** Everything recorded, with what was said to Helm beside the values. */
export interface Recording {
  kubeVersion: string;
  apiVersions: string[];
  namespace: string;
  versions: string[];
  cases: RecordedCase[];
}

type Changes = Record<string, string | null>;

interface Stored extends Omit<Recording, 'cases'> {
  /** Facts of an empty values document, as ranges of the recorded versions. */
  defaults: Record<string, [from: string, to: string, value: string | null][]>;
  /** What each document changes against these; null where a fact went away; text where Helm refused. */
  cases: { name: string; values: Record<string, unknown>; renders: [from: string, to: string, changes: Changes | string][] }[];
}

/**
 * What Helm 4.3.1 rendered, as facts in our own words, all of them as text. `recorded`: 207 values documents on 18 versions of the chart.
 * `every-key`: eight documents that make the chart write nearly every key of cilium-config, on all its releases; these facts only.
 */
export function readRecording(name: 'recorded' | 'every-key' = 'recorded'): Recording {
  const stored = JSON.parse(brotliDecompressSync(readFileSync(new URL(`${name}.json.br`, import.meta.url))).toString()) as Stored;
  const { versions } = stored;
  const between = (from: string, to: string) => versions.slice(versions.indexOf(from), versions.indexOf(to) + 1);
  const defaults = new Map(versions.map((version) => [version, new Map<string, string>()]));
  for (const [fact, ranges] of Object.entries(stored.defaults)) {
    for (const [from, to, value] of ranges) {
      if (value !== null) for (const version of between(from, to)) defaults.get(version)!.set(fact, value);
    }
  }
  const cases = stored.cases.map(({ name, values, renders }) => ({
    name,
    values,
    renders: renders.flatMap(([from, to, changes]) =>
      between(from, to).map((version): Recorded => {
        if (typeof changes === 'string') return { version, error: changes };
        const facts = new Map(defaults.get(version));
        for (const [fact, value] of Object.entries(changes)) value === null ? facts.delete(fact) : facts.set(fact, value);
        return { version, facts };
      }),
    ),
  }));
  return { kubeVersion: stored.kubeVersion, apiVersions: stored.apiVersions, namespace: stored.namespace, versions, cases };
}
