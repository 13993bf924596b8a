import { wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { Place, Tree } from '../../model.ts';
import { type Repository, UnreadableFile } from '../../repository/repository.ts';
import { isOpaque, isScalar } from '../../tree.ts';

/** What a value stands for after the variables in it are filled in. */
export interface FilledValue {
  text?: string;
  place: Place;
  /** Why it cannot be known. */
  reason?: string;
}

const JINJA = /\{\{\s*([A-Za-z_]\w*)\s*\}\}/g;
const ANSIBLE = /(^|\/)(group_vars|host_vars|vars|defaults)\/([^/]+\/)?[^/]+\.ya?ml$/;
const PLAYBOOK_VARIABLES = 'vars';
const MOST_FILES = 60;

/**
 * The text of a value. A simple `{{ name }}` of Ansible is looked up in the variables that lie beside the roles (`group_vars`, `host_vars`, `vars`, `defaults`):
 * it is known where all of them that set it say the same.
 */
export function variableValue(node: Tree | undefined, repository: Repository, path: string, depth = 0): FilledValue | undefined {
  if (isScalar(node) && node.value !== null) return { text: String(node.value), place: node.place };
  if (!isOpaque(node)) return undefined;
  const unknown = { place: node.place, reason: node.reason };
  if (node.text === undefined || depth > 3 || (depth === 0 && !/\.(j2|jinja2?)$/.test(path))) return unknown;
  let place: Place = node.place;
  let known = true;
  const text = node.text.replace(JINJA, (_, name: string) => {
    const found = ansibleVariable(repository, name, path, depth);
    if (!found) known = false;
    else place = found.place;
    return found?.value ?? '';
  });
  return known && !/\{\{|\{%/.test(text) ? { text, place } : unknown;
}

function ansibleVariable(repository: Repository, name: string, path: string, depth: number): { value: string; place: Place } | undefined {
  const root = path.includes('/roles/') ? `${path.slice(0, path.indexOf('/roles/'))}/` : '';
  const files = repository.files
    .filter((file) => file.path.startsWith(root) && (ANSIBLE.test(file.path) || /^[^/]+\.ya?ml$/.test(file.path.slice(root.length))))
    .slice(0, MOST_FILES);
  let found: { value: string; place: Place } | undefined;
  for (const file of files) {
    let text: string;
    try {
      text = repository.read(file.path);
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      continue;
    }
    if (!text.includes(name)) continue;
    for (const { tree } of parseYaml(wholeFile(file.path, text)).documents) {
      for (const node of settingsOf(tree, name)) {
        const filled = variableValue(node, repository, path, depth + 1);
        if (filled?.text === undefined || (found && found.value !== filled.text)) return undefined;
        found = { value: filled.text, place: filled.place };
      }
    }
  }
  return found;
}

/** Where a file of variables or a playbook sets a variable: at its top, or under `vars` of a play, role or task. */
function settingsOf(tree: Tree, name: string, depth = 0): Tree[] {
  if (depth > 8 || tree.kind === 'scalar' || tree.kind === 'opaque') return [];
  if (tree.kind === 'list') return tree.items.flatMap((item) => settingsOf(item, name, depth + 1));
  const found: Tree[] = [];
  const here = depth === 0 ? tree : tree.entries.get(PLAYBOOK_VARIABLES);
  const own = here?.kind === 'map' ? here.entries.get(name) : undefined;
  if (own) found.push(own);
  for (const value of tree.entries.values()) if (value.kind === 'list') found.push(...settingsOf(value, name, depth + 1));
  return found;
}
