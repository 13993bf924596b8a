import type { FilePlace, Place, Tree } from '../../model.ts';
import { type Repository, UnreadableFile } from '../../repository/repository.ts';
import { isOpaque, isScalar } from '../../tree.ts';
import { parseYaml } from '../yaml/parse.ts';
import { wholeFile } from '../yaml/source-text.ts';

/** What a value stands for after the variables in it are filled in. */
export interface FilledValue {
  text?: string;
  place: Place;
  /** Why it cannot be known. */
  reason?: string;
}

const JINJA = /\{\{\s*([A-Za-z_]\w*)\s*\}\}/g;
const ANSIBLE = /(^|\/)(group_vars|host_vars|vars|defaults)\/([^/]+\/)?[^/]+\.ya?ml$/;
const MOST_FILES = 60;

/**
 * The text of a value. A simple `{{ name }}` of Ansible is looked up in the variables that lie beside the roles (`group_vars`, `host_vars`, `vars`, `defaults`):
 * it is known where all of them that set it say the same.
 */
export function variableValue(node: Tree | undefined, repository: Repository, path: string): FilledValue | undefined {
  if (isScalar(node) && node.value !== null) return { text: String(node.value), place: node.place };
  if (!isOpaque(node)) return undefined;
  const unknown = { place: node.place, reason: node.reason };
  if (node.text === undefined || !/\.(j2|jinja2?)$/.test(path)) return unknown;
  let place: Place = node.place;
  let known = true;
  const text = node.text.replace(JINJA, (_, name: string) => {
    const found = ansibleVariable(repository, name, path);
    if (!found) known = false;
    else place = found.place;
    return found?.value ?? '';
  });
  return known && !/\{\{|\{%/.test(text) ? { text, place } : unknown;
}

function ansibleVariable(repository: Repository, name: string, path: string): { value: string; place: FilePlace } | undefined {
  const root = path.includes('/roles/') ? `${path.slice(0, path.indexOf('/roles/'))}/` : '';
  const files = repository.files.filter((file) => file.path.startsWith(root) && ANSIBLE.test(file.path)).slice(0, MOST_FILES);
  let found: { value: string; place: FilePlace } | undefined;
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
      const node = tree.kind === 'map' ? tree.entries.get(name) : undefined;
      if (!isScalar(node) || node.value === null || !('file' in node.place)) continue;
      const value = String(node.value);
      if (found && found.value !== value) return undefined;
      found = { value, place: node.place };
    }
  }
  return found;
}
