import { redactValue } from '../align/redact.ts';
import { chartVersions, defaultHistory, isChartPath } from '../cilium/charts.ts';
import { settingAt, settings } from '../cilium/settings/index.ts';
import { nearest } from '../judge/nearest.ts';
import { ruleOf, rules } from '../judge/rules/index.ts';
import { wholeFile } from '../language/source-text.ts';
import { parseYaml } from '../language/yaml/parse.ts';
import type { FilePlace, Tree } from '../model.ts';
import { at, firstOpaque, isMap, toPlain } from '../tree.ts';
import type { Config, ConfigProblem } from './config.ts';
import { configSchema, keysAt, type WrittenConfig } from './schema.ts';

type Path = readonly PropertyKey[];

/** The configuration in a text, or everything that is wrong with it, in the order of the file. Never throws; no message quotes a value. */
export function readConfig(file: string, text: string): { config: Config } | { problems: ConfigProblem[] } {
  const { documents, problems: broken } = parseYaml(wholeFile(file, text), { dialect: 'strict', templates: false, keys: true });
  const tree = documents[0]?.tree ?? { kind: 'map', entries: new Map(), place: { file, line: 1, column: 1 }, origin: 'set' };
  const reader = new Reader(file, tree);
  for (const { message, place } of broken) reader.add(message, place);
  const second = documents[1];
  if (second) reader.add('holds more than one YAML document; only one is read', { file, line: second.line, column: 1 });
  const written = broken.length > 0 ? undefined : reader.read();
  if (reader.problems.length > 0 || !written)
    return { problems: reader.problems.sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column) };
  return { config: toConfig(file, written, reader) };
}

class Reader {
  readonly problems: ConfigProblem[] = [];
  readonly #file: string;
  readonly #tree: Tree;

  constructor(file: string, tree: Tree) {
    this.#file = file;
    this.#tree = tree;
  }

  add(message: string, place: FilePlace): void {
    this.problems.push({ message: redactValue(message) === message ? message : 'holds something that looks like a secret', place });
  }

  read(): WrittenConfig | undefined {
    // An empty file decides nothing.
    if (this.#tree.kind === 'scalar' && this.#tree.value === null) return {};
    const unknown = firstOpaque(this.#tree);
    if (unknown) {
      this.add(`a value ${unknown.reason}, and a configuration must be readable`, 'file' in unknown.place ? unknown.place : this.#start());
      return undefined;
    }
    this.#refuseSecrets(this.#tree);
    const plain = toPlain(this.#tree);
    const parsed = configSchema.safeParse(plain);
    for (const issue of parsed.error?.issues ?? []) this.#addIssue(issue);
    this.#checkMeaning(plain as WrittenConfig);
    return parsed.data;
  }

  /** Where the key at a path stands, or the item of a list; what is around it where nothing does. */
  place(path: Path): FilePlace {
    const parent = at(this.#tree, path.slice(0, -1).map(String));
    const key = isMap(parent) ? parent.keys?.get(String(path.at(-1))) : undefined;
    if (key) return key;
    const own = at(this.#tree, path.map(String));
    if (own && 'file' in own.place) return own.place;
    return path.length === 0 ? this.#start() : this.place(path.slice(0, -1));
  }

  #start(): FilePlace {
    return { file: this.#file, line: 1, column: 1 };
  }

  #addIssue(issue: { code?: string; path: Path; message: string; keys?: string[]; values?: unknown[] }): void {
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(issue.path) ?? [];
      for (const key of issue.keys ?? []) {
        const close = nearest(key, known);
        const where = issue.path.length === 0 ? '' : ` in ${nameOf(issue.path)}`;
        this.add(
          `no key is named ${shown(key)}${where}; ${close ? `did you mean ${close}?` : `there is ${known.join(', ')}`}`,
          this.place([...issue.path, key]),
        );
      }
      return;
    }
    const node = at(this.#tree, issue.path.map(String));
    if (node === undefined) {
      const missing = String(issue.path.at(-1));
      this.add(
        `${nameOf(issue.path.slice(0, -1))} has no ${missing}${missing === 'reason' ? ', and every allowance needs one' : ''}`,
        this.place(issue.path.slice(0, -1)),
      );
      return;
    }
    const close = issue.values && node.kind === 'scalar' ? nearest(String(node.value), issue.values.map(String)) : undefined;
    const instead =
      issue.path[0] === 'levels' && issue.path.length === 2 && !close ? '; what is meant to be goes into allow, with a reason' : '';
    this.add(`${nameOf(issue.path)} ${issue.message}${close ? `; did you mean ${close}?` : instead}`, this.place(issue.path));
  }

  /** What no shape can say: that names exist, and that nothing stands twice. */
  #checkMeaning(plain: Partial<Record<keyof WrittenConfig, unknown>>): void {
    if (plain === null || typeof plain !== 'object') return;
    const names = new Set<string>();
    for (const [i, cluster] of maps(plain.clusters)) {
      const name = cluster.name;
      if (typeof name !== 'string') continue;
      if (names.has(name)) this.add(`clusters[${i}] has the name of an earlier cluster`, this.place(['clusters', i, 'name']));
      names.add(name);
      for (const key of ['talos', 'bootstrap', 'argocd'] as const) {
        for (const path of [cluster[key]].flat())
          if (typeof path === 'string' && cleanPath(path) === undefined)
            this.add(`clusters[${i}].${key} must stay inside the repository, relative to its root`, this.place(['clusters', i, key]));
      }
    }
    if (plain.levels !== null && typeof plain.levels === 'object' && !Array.isArray(plain.levels)) {
      for (const name of Object.keys(plain.levels)) {
        if (isRule(name) || isSetting(name)) continue;
        const close = nearest(name, [...ruleIds(), ...settingPaths()]);
        this.add(
          `levels names no rule and no setting: ${shown(name)}${close ? `; did you mean ${close}?` : ''}`,
          this.place(['levels', name]),
        );
      }
    }
    const earlier = new Map<string, number>();
    for (const [i, { setting, rule, cluster }] of maps(plain.allow)) {
      if (setting === undefined && rule === undefined) this.add(`allow[${i}] has neither setting nor rule`, this.place(['allow', i]));
      // What a finding is about may be a key that the chart does not know.
      if (typeof setting === 'string' && rule === undefined && !isSetting(setting)) {
        const close = nearest(setting, settingPaths());
        this.add(
          `allow[${i}].setting is no Helm path of Cilium's chart${close ? `; did you mean ${close}?` : isRule(setting) ? '; it is a rule' : ''}`,
          this.place(['allow', i, 'setting']),
        );
      }
      if (typeof rule === 'string' && !isRule(rule)) {
        const close = nearest(rule, ruleIds());
        this.add(
          `allow[${i}].rule is no rule${close ? `; did you mean ${close}?` : isSetting(rule) ? '; it is a setting' : ''}`,
          this.place(['allow', i, 'rule']),
        );
      }
      const key = JSON.stringify([setting, rule, cluster]);
      const first = earlier.get(key);
      if (first !== undefined && (setting ?? rule) !== undefined)
        this.add(`allow[${i}] allows what allow[${first}] does`, this.place(['allow', i]));
      else earlier.set(key, i);
    }
  }

  #refuseSecrets(tree: Tree): void {
    if (tree.kind === 'map') for (const child of tree.entries.values()) this.#refuseSecrets(child);
    else if (tree.kind === 'list') for (const child of tree.items) this.#refuseSecrets(child);
    else if (tree.kind === 'scalar' && redactValue(tree.value) !== tree.value && 'file' in tree.place)
      this.problems.push({ message: 'a value looks like a secret, and a configuration needs none', place: tree.place });
  }
}

function toConfig(file: string, written: WrittenConfig, reader: Reader): Config {
  const paths = (value: string | string[] | undefined) => [value ?? []].flat().map((path) => cleanPath(path)!);
  return {
    file,
    clusters: (written.clusters ?? []).map(({ name, talos, bootstrap, argocd }) => ({
      name,
      talos: paths(talos),
      bootstrap: paths(bootstrap),
      argocd: paths(argocd),
    })),
    ...(written['fail-on'] && { failOn: written['fail-on'] }),
    ...(written.undecided && { undecided: written.undecided }),
    levels: new Map(Object.entries(written.levels ?? {})),
    allow: (written.allow ?? []).map(({ setting, rule, cluster, reason, until }, i) => ({
      ...(setting !== undefined && { setting }),
      ...(rule !== undefined && { rule }),
      ...(cluster !== undefined && { cluster }),
      reason: reason.trim(),
      ...(until !== undefined && { until }),
      place: reader.place(['allow', i]),
    })),
  };
}

/** The path from the root without `./` and slashes at its end; undefined where it leaves the root. The root itself is ''. */
function cleanPath(path: string): string | undefined {
  if (path.startsWith('/') || /^[A-Za-z]:|\\/.test(path)) return undefined;
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  return segments.includes('..') ? undefined : segments.join('/');
}

function maps(list: unknown): [number, Record<string, unknown>][] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item, i) => (item !== null && typeof item === 'object' && !Array.isArray(item) ? [[i, item]] : []));
}

/** `clusters[0].name` for a path of the file; the file itself where the path is empty. */
function nameOf(path: Path): string {
  if (path.length === 0) return 'the file';
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i > 0 ? '.' : ''}${shown(String(part))}`)).join('');
}

/** A key as a message may show it. */
function shown(key: string): string {
  return /^[\w.\\/-]{1,80}$/.test(key) && redactValue(key) === key ? key : '(not shown)';
}

const ruleIds = () => rules.map(({ id }) => id);
const settingPaths = () => ['version', ...settings.map(({ path }) => path)];
const isRule = (name: string) => ruleOf(name) !== undefined;

/** A row may have this name: it is in the catalogue, or some chart knows it. */
function isSetting(name: string): boolean {
  return (
    name === 'version' ||
    settingAt(name) !== undefined ||
    settings.some(({ formerly }) => formerly === name) ||
    defaultHistory(name).length > 0 ||
    newestOfEachMinor().some((version) => isChartPath(version, name))
  );
}

function newestOfEachMinor(): string[] {
  return [...new Map(chartVersions().map((version) => [version.split('.', 2).join('.'), version])).values()];
}
