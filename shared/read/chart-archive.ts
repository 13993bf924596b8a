import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import semver from 'semver';
import { extract } from 'tar-stream';
import { wholeFile } from '../language/source-text.ts';
import { parseYaml } from '../language/yaml/parse.ts';
import type { Mapping } from '../model.ts';
import { fromPlain, textAt, toPlain } from '../tree.ts';

/** A chart archive that cannot be used; `message` says why to a person. */
export class UnusableChart extends Error {}

/** A chart of Cilium as its archive holds it. */
export interface ChartArchive {
  version: string;
  /** values.yaml, every node with origin `default`. */
  defaults: Mapping;
  /** Text of values.schema.json, where there is one. */
  schema: string | undefined;
  /** Text of each file below templates/. */
  templates: ReadonlyMap<string, string>;
}

/** Charts unpack to about 2 MiB. */
const LARGEST_CHART = 64 * 1024 * 1024;
const MOST_FILES = 10_000;

/** The version and the defaults of a chart of Cilium. Rejects with {@link UnusableChart} where the bytes are no such chart. */
export async function loadChart(bytes: Uint8Array): Promise<{ version: string; defaults: Mapping }> {
  const { version, defaults } = await readChartArchive(bytes);
  return { version, defaults };
}

/** A chart archive as `helm pull` fetches it. Rejects with {@link UnusableChart} where the bytes are no chart of Cilium. */
export async function readChartArchive(bytes: Uint8Array): Promise<ChartArchive> {
  const files = await unpack(bytes);
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
  return { version, defaults, schema: files.get('values.schema.json'), templates };
}

async function unpack(bytes: Uint8Array): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  let seen = 0;
  try {
    const entries = extract();
    const read = pipeline(Readable.from([gunzipSync(bytes, { maxOutputLength: LARGEST_CHART })]), entries);
    // What breaks the archive ends the loop as well, and is said there.
    read.catch(() => {});
    for await (const entry of entries) {
      if (++seen > MOST_FILES) throw new RangeError('too many files');
      const { name, type } = entry.header;
      if (type === 'file' && name.startsWith('cilium/')) files.set(name.slice('cilium/'.length), await text(entry));
      else entry.resume();
    }
    await read;
  } catch {
    throw new UnusableChart('is no chart archive (.tgz)');
  }
  return files;
}
