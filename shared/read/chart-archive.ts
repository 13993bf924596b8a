import { gunzipSync } from 'node:zlib';
import { parseTar } from 'nanotar';
import semver from 'semver';
import type { Mapping } from '../model.ts';
import { fromPlain, textAt, toPlain } from '../tree.ts';
import { parseYaml } from './yaml/parse.ts';
import { wholeFile } from './yaml/source-text.ts';

/** A chart archive that cannot be used; `message` says why to a person. */
export class UnusableChart extends Error {}

/** A chart of Cilium as its archive holds it. */
export interface ChartArchive {
  version: string;
  /** values.yaml, every node with origin `default`. */
  defaults: Mapping;
  /** The Kubernetes versions that Chart.yaml accepts. */
  kubeVersion: string;
  /** Text of values.schema.json, where there is one. */
  schema: string | undefined;
  /** Text of each file below templates/. */
  templates: ReadonlyMap<string, string>;
}

/** Charts unpack to about 2 MiB. */
const LARGEST_CHART = 64 * 1024 * 1024;
const MOST_FILES = 10_000;

/** The version and the defaults of a chart of Cilium. Throws {@link UnusableChart} where the bytes are no such chart. */
export function loadChart(bytes: Uint8Array): { version: string; defaults: Mapping } {
  const { version, defaults } = readChartArchive(bytes);
  return { version, defaults };
}

/** A chart archive as `helm pull` fetches it. Throws {@link UnusableChart} where the bytes are no chart of Cilium. */
export function readChartArchive(bytes: Uint8Array): ChartArchive {
  const files = unpack(bytes);
  const about = files.get('Chart.yaml');
  if (about === undefined) throw new UnusableChart('holds no cilium/Chart.yaml');
  const chart = parseYaml(wholeFile('Chart.yaml', about), { templates: false }).documents[0]?.tree;
  if (textAt(chart, 'name') !== 'cilium') throw new UnusableChart(`is the chart ${textAt(chart, 'name') ?? 'without a name'}, not cilium`);
  const version = semver.valid(textAt(chart, 'version'));
  if (version === null) throw new UnusableChart('has no version in its Chart.yaml');
  const { documents, problems } = parseYaml(wholeFile('values.yaml', files.get('values.yaml') ?? ''), { templates: false });
  const values = documents[0]?.tree;
  if (problems.length > 0 || values?.kind !== 'map')
    throw new UnusableChart(`has a values.yaml that cannot be read${problems[0] ? `: ${problems[0].message}` : ''}`);
  const defaults = fromPlain(toPlain(values), { source: `chart default ${version}` }, 'default') as Mapping;
  const templates = new Map([...files].filter(([name]) => name.startsWith('templates/')));
  return { version, defaults, kubeVersion: textAt(chart, 'kubeVersion') ?? '', schema: files.get('values.schema.json'), templates };
}

function unpack(bytes: Uint8Array): Map<string, string> {
  const files = new Map<string, string>();
  try {
    const tar = gunzipSync(bytes, { maxOutputLength: LARGEST_CHART });
    // The library reads the whole buffer that a view stands in, and would read an entry of negative size for ever.
    const whole = tar.buffer.slice(tar.byteOffset, tar.byteOffset + tar.byteLength);
    let entries = 0;
    const filter = ({ name, size }: { name: string; size: number }): boolean => {
      if (++entries > MOST_FILES || !(size >= 0)) throw new RangeError('too many files');
      return name.startsWith('cilium/');
    };
    for (const file of parseTar(whole, { filter })) {
      if (file.type === 'file' && file.data) files.set(file.name.slice('cilium/'.length), new TextDecoder().decode(file.data));
    }
  } catch {
    throw new UnusableChart('is no chart archive (.tgz)');
  }
  return files;
}
