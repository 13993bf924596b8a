import { wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { FilePlace, Tree } from '../../model.ts';
import { inFile, startOf } from '../../place.ts';
import { type Repository, UnreadableFile } from '../../repository/repository.ts';
import { dirname, join } from '../../repository/tree-repository.ts';
import { at, opaque } from '../../tree.ts';

/** Text after its Jinja expressions are filled in, as far as Git says what they are. */
export type Filled = { tree: Tree; from: string[] };

const MOST_FILES = 60;
const DEEPEST = 6;

/** The variables that a file of Ansible tasks sees: those of its play and role, and of the inventory's groups. */
export class AnsibleVariables {
  readonly #repository: Repository;
  readonly #own: Tree[];
  readonly #role: string | undefined;
  readonly #directory: string;
  #files: { tree: Tree; file: string; strength: number }[] | undefined;

  constructor(repository: Repository, taskFile: string, own: readonly Tree[]) {
    this.#repository = repository;
    this.#own = [...own];
    this.#role = roleOf(taskFile);
    this.#directory = dirname(taskFile);
  }

  /** What a name stands for, with the file that says it. Where several groups say different things it is opaque. */
  lookup(path: readonly string[], place: FilePlace, depth = 0): Filled | undefined {
    for (const vars of this.#own) {
      const head = at(vars, path.slice(0, 1));
      if (head === undefined) continue;
      if (path.length === 1 || depth >= DEEPEST || (head.kind !== 'opaque' && head.kind !== 'scalar')) {
        const value = at(vars, path);
        if (value) return { tree: value, from: [] };
        continue;
      }
      // An expression that stands for a map: what is asked for is in what it becomes.
      const from: string[] = [];
      const value = at(this.fillTree(head, place, from, depth + 1), path.slice(1));
      if (value) return { tree: value, from };
    }
    this.#files ??= this.#load();
    const found = this.#files.flatMap(({ tree, file, strength }) => {
      const value = at(tree, path);
      return value ? [{ value, file, strength }] : [];
    });
    const best = found.filter((f) => f.strength === Math.max(...found.map((x) => x.strength)));
    const first = best[0];
    if (!first) return undefined;
    const same = best.every((f) => f.value.kind === 'scalar' && first.value.kind === 'scalar' && f.value.value === first.value.value);
    return best.length === 1 || same
      ? { tree: first.value, from: [first.file] }
      : { tree: opaque(`${best.length} groups of hosts say different things`, place), from: best.map((f) => f.file) };
  }

  #load() {
    const files: { tree: Tree; file: string; strength: number }[] = [];
    for (const file of this.#repository.files) {
      const { path } = file;
      const strength = strengthOf(path, this.#role);
      if (strength === undefined || file.size > 256 * 1024 || files.length >= MOST_FILES) continue;
      try {
        const tree = parseYaml(wholeFile(path, this.#repository.read(path))).documents[0]?.tree;
        if (tree?.kind === 'map') files.push({ tree, file: path, strength });
      } catch (error) {
        if (!(error instanceof UnreadableFile)) throw error;
      }
    }
    return files;
  }

  /** Fills in `{{ name }}`, with or without a default, in a text; an expression that is the whole text keeps its type. */
  fill(text: string, place: FilePlace, depth = 0): Filled {
    const from: string[] = [];
    const whole = /^\s*\{\{((?:(?!\}\}).)*)\}\}\s*$/s.exec(text);
    if (whole) {
      const value = this.#sum(whole[1]!, place, depth) ?? this.#expression(whole[1]!, place, depth);
      return value ?? { tree: opaque('Ansible works it out when it runs', place, text), from };
    }
    let unknown: Tree | undefined;
    const filled = text.replace(/\{\{((?:(?!\}\}).)*)\}\}/gs, (written, expression: string) => {
      const value = this.#expression(expression, place, depth);
      if (value?.tree.kind === 'scalar') {
        from.push(...value.from);
        return value.tree.value === null ? '' : String(value.tree.value);
      }
      unknown ??= value?.tree ?? opaque('Ansible works it out when it runs', place);
      return written;
    });
    if (/\{%/.test(filled)) unknown ??= opaque('Ansible works it out when it runs', place);
    const reason = unknown?.kind === 'opaque' ? unknown.reason : 'it is a list or a map in a text';
    return { tree: unknown ? opaque(reason, place, filled) : { kind: 'scalar', value: filled, place, origin: 'set' }, from };
  }

  /** Everything in a tree filled in. */
  fillTree(tree: Tree, place: FilePlace, from: string[], depth = 0): Tree {
    if (tree.kind === 'opaque') {
      if (tree.text === undefined || !tree.text.includes('{{')) return tree;
      const filled = this.fill(tree.text.replace(/^[|>][-+\d]*[ \t]*\n/, ''), inFile(tree.place, place), depth);
      from.push(...filled.from);
      return filled.tree;
    }
    if (tree.kind === 'scalar' && typeof tree.value === 'string' && tree.value.includes('{{')) {
      const filled = this.fill(tree.value, inFile(tree.place, place), depth);
      from.push(...filled.from);
      return filled.tree;
    }
    if (tree.kind === 'map')
      return { ...tree, entries: new Map([...tree.entries].map(([key, value]) => [key, this.fillTree(value, place, from, depth)])) };
    if (tree.kind === 'list') return { ...tree, items: tree.items.map((item) => this.fillTree(item, place, from, depth)) };
    return tree;
  }

  /** `list + [item, …]`: the items of both, of which some may not be known. */
  #sum(expression: string, place: FilePlace, depth: number): Filled | undefined {
    const parts = /^\s*([A-Za-z_][\w.]*)\s*\+\s*\[([^\][]*)\]\s*$/.exec(expression);
    const list = parts && this.#expression(parts[1]!, place, depth);
    if (!parts || list?.tree.kind !== 'list') return undefined;
    const added = parts[2]!.split(',').filter((item) => item.trim() !== '');
    const items = added.map(
      (item) => this.#expression(item, place, depth)?.tree ?? opaque('Ansible works it out when it runs', place, item.trim()),
    );
    return { tree: { ...list.tree, items: [...list.tree.items, ...items] }, from: list.from };
  }

  #expression(expression: string, place: FilePlace, depth: number): Filled | undefined {
    if (depth > DEEPEST) return undefined;
    const [head = '', ...filters] = expression.split('|').map((part) => part.trim());
    const name = /^[A-Za-z_]\w*(?:\.\w+|\[["'][\w.-]+["']\])*$/.test(head)
      ? head.replace(/\[["']([\w.-]+)["']\]/g, '.$1').split('.')
      : undefined;
    const literal = /^(?:"([^"\\]*)"|'([^'\\]*)')$/.exec(head);
    const file = /^(?:lookup|query)\(\s*["'](?:ansible\.builtin\.)?(file|template)["']\s*,([^,]*)\)$/.exec(head);
    if (file) return this.#fileOf(file[1] === 'template', file[2]!, filters, place, depth);
    if (!name && !literal) return undefined;
    const found = literal
      ? { tree: scalar(literal[1] ?? literal[2] ?? '', place), from: [] }
      : (this.#special(head, place) ?? this.lookup(name!, place, depth));
    const from = [...(found?.from ?? [])];
    let value = found && this.fillTree(found.tree, place, from, depth + 1);
    for (const filter of filters) {
      const otherwise = /^(?:default|d)\(\s*(?:"([^"\\]*)"|'([^'\\]*)'|([\d.]+|true|false))\s*(?:,\s*true\s*)?\)$/i.exec(filter);
      if (otherwise) value ??= scalar(otherwise[1] ?? otherwise[2] ?? otherwise[3] ?? '', place);
      else if (!/^(?:string|int|bool|trim|quote|mandatory)$/.test(filter)) return undefined;
    }
    return value && { tree: value, from };
  }

  /** `lookup('file', role_path ~ '/files/values.yaml') | from_yaml`: what the file says. */
  #fileOf(template: boolean, argument: string, filters: readonly string[], place: FilePlace, depth: number): Filled | undefined {
    if (filters.some((filter) => !/^(?:from_yaml|string|trim)$/.test(filter))) return undefined;
    let path = '';
    for (const part of argument.split(/[~+]/)) {
      const piece = this.#expression(part.trim(), place, depth + 1)?.tree;
      if (piece?.kind !== 'scalar' || piece.value === null) return undefined;
      path += String(piece.value);
    }
    const bases = [
      ...(this.#role === undefined ? [] : [`${this.#role}/files`, `${this.#role}/templates`, this.#role]),
      this.#directory,
      `${this.#directory}/files`,
      '',
    ];
    const found = bases.map((base) => join(base, path)).find((candidate) => candidate !== undefined && this.#repository.file(candidate));
    if (found === undefined) return { tree: opaque(`${path} is not in Git`, place), from: [] };
    try {
      const source = wholeFile(found, this.#repository.read(found));
      const start = startOf(found);
      const tree: Tree = filters.includes('from_yaml')
        ? (parseYaml(source).documents[0]?.tree ?? scalar('', start))
        : { kind: 'scalar', value: source.text, place: start, origin: 'set', block: { line: 1, indent: 0 } };
      const from = [found];
      return { tree: template ? this.fillTree(tree, start, from, depth + 1) : tree, from };
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      return { tree: opaque(`${found} ${error.message}`, place), from: [] };
    }
  }

  #special(name: string, place: FilePlace): Filled | undefined {
    if (name === 'playbook_dir') return { tree: scalar(this.#playbooks(), place), from: [] };
    return name === 'role_path' && this.#role !== undefined ? { tree: scalar(this.#role, place), from: [] } : undefined;
  }

  /** Where the play most likely stands: with its tasks, or for a role in `playbooks/` or just beside `roles/`. */
  #playbooks(): string {
    if (this.#role === undefined) return this.#directory;
    const above = dirname(dirname(this.#role));
    const playbooks = above === '' ? 'playbooks' : `${above}/playbooks`;
    return this.#repository.isDirectory(playbooks) ? playbooks : above;
  }
}

const scalar = (value: string, place: FilePlace): Tree => ({ kind: 'scalar', value, place, origin: 'set' });

/** The directory of the role that a file of tasks belongs to. */
export function roleOf(taskFile: string): string | undefined {
  const directory = dirname(taskFile);
  return /(^|\/)tasks$/.test(directory) ? dirname(directory) : undefined;
}

/** https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_variables.html#understanding-variable-precedence */
function strengthOf(path: string, role: string | undefined): number | undefined {
  if (!/\.ya?ml$/i.test(path) && !/(^|\/)group_vars\/[^/.]+$/.test(path)) return undefined;
  if (role !== undefined && path.startsWith(`${role}/defaults/`)) return 1;
  if (role !== undefined && path.startsWith(`${role}/vars/`)) return 4;
  if (/(^|\/)group_vars\/all(\.ya?ml$|\/)/.test(path)) return 2;
  return /(^|\/)(group_vars|host_vars)\//.test(path) ? 3 : undefined;
}
