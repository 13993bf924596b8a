/**
 * Holds random values documents against Helm itself: `npm run judge -- CHART.tgz [--count N] [--seed S] [--helmfacts PATH]`.
 * Sensible documents must give the same settings and facts as Helm renders, nonsense ones must be refused exactly where Helm refuses.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { ChartValues } from '../shared/cilium/chart-values.ts';
import { chartDefaults } from '../shared/cilium/charts.ts';
import { renderFacts } from '../shared/cilium/render.ts';
import { settings } from '../shared/cilium/settings/index.ts';
import { factRules } from '../shared/cilium/templates/index.ts';
import { coalesce, mergeLayers } from '../shared/evaluate/helm/merge.ts';
import { readValues } from '../shared/evaluate/helm/values-document.ts';
import { wholeFile } from '../shared/language/source-text.ts';
import type { Facts, Layer, Mapping, Tree } from '../shared/model.ts';
import { fromPlain, joinPath, splitPath, toPlain } from '../shared/tree.ts';
import { deadKeys, plausible } from './judge-values.ts';

type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };
type Values = { [key: string]: Plain };

/** One leaf of a document, and the way that it is said to Helm. */
interface Leaf {
  path: string;
  value: Plain;
  flag: boolean;
}

interface Document {
  sensible: boolean;
  leaves: Leaf[];
}

interface Answer {
  error?: string;
  facts?: Record<string, unknown>;
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string' }, seed: { type: 'string' }, helmfacts: { type: 'string' } },
});
const chart = positionals[0];
if (!chart) throw new Error('usage: npm run judge -- CHART.tgz [--count N] [--seed S] [--helmfacts PATH]');
const version = /^cilium-(.+)\.tgz$/.exec(basename(chart))?.[1];
if (!version) throw new Error(`${chart}: the archive's name must be cilium-<version>.tgz`);
const count = Number(options.count ?? 500);
const seed = Number(options.seed ?? Date.now() % 1_000_000);
const context = { namespace: 'kube-system', kubeVersion: '1.33.0', apiVersions: ['gateway.networking.k8s.io/v1/GatewayClass'] };
/** Keys and certificates of their own at each render cost Helm most of its time. */
const cheap: Values = { hubble: { tls: { auto: { method: 'cronJob' } } } };
const place = { source: 'judge' };

// A small generator of our own, so that a seed means the same documents everywhere.
let state = seed >>> 0;
function random(): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const below = (n: number): number => Math.floor(random() * n);
const pick = <T>(all: readonly T[]): T => all[below(all.length)]!;

const defaults = chartDefaults(version);
const cataloguePaths = settings.map((setting) => setting.path);
const nonsense: readonly Plain[] = [
  null,
  null,
  '',
  'x',
  'true',
  'false',
  '5',
  0,
  5,
  -1,
  1.5,
  true,
  false,
  [],
  ['a'],
  [null],
  [5],
  {},
  { a: 1 },
  { enabled: true },
  { a: null },
];

/** Every path of the chart's values.yaml that ends in a value. */
const defaultPaths: string[] = [];
function gather(node: Tree, path: readonly string[]): void {
  if (node.kind === 'map' && node.entries.size > 0) for (const [key, child] of node.entries) gather(child, [...path, key]);
  // The agent's name is in the name of each of its facts; helmfacts does not see that some charts write broken YAML without tolerations.
  else if (!['name', 'operator.tolerations'].includes(path.join('.'))) defaultPaths.push(joinPath(path));
}
gather(defaults, []);

function sensibleLeaf(): Leaf {
  const path = pick(random() < 0.15 ? defaultPaths : plausible.paths(cataloguePaths));
  const value = pick(
    plausible.values(path, settings.find((setting) => setting.path === path)?.equality, toPlain(defaultAt(path)) as Plain),
  );
  return { path, value, flag: random() < 0.3 && value !== null && fitsFlag(value) };
}

function nonsenseLeaf(): Leaf {
  const dice = random();
  if (dice < 0.1) {
    const [path, value] = pick(deadKeys);
    return { path, value, flag: false };
  }
  if (dice < 0.15) return { path: `${pick(cataloguePaths)}x`, value: pick(nonsense), flag: false };
  const segments = splitPath(pick(cataloguePaths));
  const cut = dice < 0.35 ? 1 + below(segments.length) : segments.length;
  const value = pick(nonsense);
  return { path: joinPath(segments.slice(0, cut)), value, flag: random() < 0.2 && fitsFlag(value) };
}

const fitsFlag = (value: Plain): boolean =>
  Array.isArray(value)
    ? value.length > 0 && value.every((item) => typeof item === 'string' && /^[\w.:/-]+$/.test(item))
    : typeof value !== 'object' || value === null;

function defaultAt(path: string) {
  let node: unknown = defaults;
  for (const key of splitPath(path)) node = (node as Mapping | undefined)?.kind === 'map' ? (node as Mapping).entries.get(key) : undefined;
  return node as Mapping | undefined;
}

function document(): Document {
  const sensible = random() < 0.6;
  const leaves: Leaf[] = [];
  for (let i = 1 + below(sensible ? 9 : 3); i > 0; i--) leaves.push(sensible || random() < 0.3 ? sensibleLeaf() : nonsenseLeaf());
  return { sensible, leaves };
}

/** The leaves as one YAML text and one list of --set flags. A leaf that another stands in the way of is left out. */
function spoken({ leaves }: Document): { text: string; set: string[] } {
  const values: Values = Object.create(null);
  for (const { path, value, flag } of leaves) if (!flag) put(values, splitPath(path), value);
  const set = leaves
    .filter(({ flag }) => flag)
    .map(({ path, value }) => {
      const text = Array.isArray(value) ? `{${value.join(',')}}` : String(value).replace(/[,\\]/g, '\\$&');
      return `${path}=${text}`;
    });
  return { text: Object.keys(values).length === 0 ? '' : stringify(JSON.parse(JSON.stringify(values))), set };
}

function put(map: Values, segments: readonly string[], value: Plain): void {
  const [key, ...rest] = segments as [string, ...string[]];
  if (rest.length === 0) {
    map[key] = value;
    return;
  }
  const next = map[key];
  if (next === undefined) {
    const made: Values = {};
    map[key] = made;
    put(made, rest, value);
  } else if (next !== null && typeof next === 'object' && !Array.isArray(next)) put(next, rest, value);
}

/** Helm, one request a line. */
class Helm {
  #process: ChildProcess;
  #waiting: ((answer: Answer) => void)[] = [];
  constructor(path: string, archive: string) {
    this.#process = spawn(path, [archive], { stdio: ['pipe', 'pipe', 'ignore'] });
    createInterface({ input: this.#process.stdout! }).on('line', (line) => this.#waiting.shift()?.(JSON.parse(line) as Answer));
    this.#process.on('exit', (code) => {
      if (this.#waiting.length > 0) throw new Error(`helmfacts ended with ${code}`);
    });
  }

  ask(said: { text: string; set: string[] }): Promise<Answer> {
    const request = {
      id: 0,
      layers: [cheap],
      text: [said.text],
      set: said.set,
      apiVersions: [...context.apiVersions, 'gateway.networking.k8s.io/v1beta1/GatewayClass'],
    };
    this.#process.stdin!.write(`${JSON.stringify(request)}\n`);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  end(): void {
    this.#process.stdin!.end();
  }
}

function ours(said: { text: string; set: string[] }): { facts: Facts; refusals: { path: string; message: string }[] } {
  const layers: Layer[] = [
    { kind: 'inline-values', place, tree: fromPlain(cheap, place) },
    { kind: 'values-file', place, tree: readValues(wholeFile('values.yaml', said.text), 4).tree },
  ];
  if (said.set.length > 0) {
    layers.push({
      kind: 'set',
      place,
      flags: said.set.map((text) => ({ flag: 'set', text, place: { file: 'judge', line: 1, column: 1 } })),
    });
  }
  const merged = mergeLayers(layers, 4);
  if (merged.problems.length > 0) return { facts: new Map(), refusals: merged.problems.map(({ message }) => ({ path: '', message })) };
  const values = new ChartValues(coalesce(defaults, merged.tree, { helm: 4 }) as Mapping, version!, context);
  return renderFacts(values, { written: merged.tree });
}

const modelled = factRules().map((rule) => rule.fact);

/** What Helm and we say differently; undefined where we agree. */
function disagreement(sensible: boolean, helm: Answer, said: { text: string; set: string[] }): string | undefined {
  const { facts, refusals } = ours(said);
  const refused = refusals[0];
  if (helm.error !== undefined && !refused) return `Helm refuses: ${helm.error.trim().split('\n').at(-1)!.trim().slice(-200)}`;
  if (helm.error === undefined && refused) return `Helm renders, we refuse ${refused.path}: ${refused.message}`;
  const unsaid =
    helm.error?.includes('meet the specifications of the schema') &&
    refusals.find(({ message }) => /^at '/.test(message) && !helm.error!.includes(message));
  if (unsaid) return `Helm's schema errors do not hold our words: ${unsaid.message}`;
  if (!sensible || !helm.facts) return undefined;
  const rendered: Facts = new Map(
    Object.entries(helm.facts).map(([name, value]) => [name, { value: String(value), place, origin: 'set' as const }]),
  );
  for (const setting of settings) {
    const [a, b] = [setting.read(facts, version!), setting.read(rendered, version!)];
    if (JSON.stringify(a.value) !== JSON.stringify(b.value))
      return `${setting.path} is ${JSON.stringify(a.value)}, Helm renders ${JSON.stringify(b.value)}`;
  }
  for (const name of new Set([...modelled, ...[...rendered.keys(), ...facts.keys()].filter((fact) => fact.startsWith('config.'))])) {
    const [a, b] = [facts.get(name)?.value ?? '', rendered.get(name)?.value ?? ''];
    if (a !== b) return `${name} is ${JSON.stringify(a)}, Helm renders ${JSON.stringify(b)}`;
  }
  return undefined;
}

/** The smallest document that still disagrees in the same way: leaves go one by one. */
async function shrink(helm: Helm, found: Document): Promise<{ smallest: Document; words: string }> {
  let smallest = found;
  let words = '';
  for (let again = true; again; ) {
    again = false;
    for (let i = 0; i < smallest.leaves.length; i++) {
      const less = { ...smallest, leaves: smallest.leaves.filter((_, at) => at !== i) };
      const said = spoken(less);
      const still = disagreement(less.sensible, await helm.ask(said), said);
      if (still !== undefined) {
        [smallest, words, again] = [less, still, true];
        break;
      }
    }
  }
  return { smallest, words };
}

const helm = new Helm(options.helmfacts ?? process.env.HELMFACTS ?? 'helmfacts', chart);
const documents = Array.from({ length: count }, document);
const found: { document: Document; words: string }[] = [];
let refused = 0;
const batch = 200;
for (let start = 0; start < documents.length; start += batch) {
  const some = documents.slice(start, start + batch);
  const answers = await Promise.all(some.map((one) => helm.ask(spoken(one))));
  for (const [i, answer] of answers.entries()) {
    if (answer.error !== undefined) refused++;
    const words = disagreement(some[i]!.sensible, answer, spoken(some[i]!));
    if (words !== undefined) found.push({ document: some[i]!, words });
  }
}
const shown = new Map<string, { said: { text: string; set: string[] }; times: number }>();
for (const { document, words } of found.slice(0, 200)) {
  const smaller = await shrink(helm, document);
  const key = smaller.words || words;
  const known = shown.get(key);
  if (known) known.times++;
  else shown.set(key, { said: spoken(smaller.smallest), times: 1 });
}
helm.end();
for (const [words, { said, times }] of shown) {
  console.log(`${words}${times > 1 ? ` (${times} documents)` : ''}`);
  for (const line of said.text.trimEnd().split('\n')) if (line !== '') console.log(`    ${line}`);
  for (const flag of said.set) console.log(`    --set '${flag}'`);
}
const sensible = documents.filter((one) => one.sensible).length;
console.log(
  `${version}, seed ${seed}: ${count} documents (${sensible} sensible, ${count - sensible} nonsense), ${refused} refused by Helm, ${found.length} disagreements`,
);
process.exitCode = found.length > 0 ? 1 : 0;
