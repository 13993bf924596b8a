import { ROOT, type Text } from '../../language/shell/text.ts';
import type { Repository } from '../../repository/repository.ts';
import { dirname } from '../../repository/tree-repository.ts';

const FILES = [
  '.envrc',
  '.env',
  'mise.toml',
  '.mise.toml',
  '.mise/config.toml',
  '.config/mise.toml',
  '.config/mise/config.toml',
  '.tool-versions',
  'devbox.json',
];

/** What files at the root (`.envrc`, `.env`, mise's) put into everybody's environment, read when first asked for. */
export function environmentOf(repository: Repository): (name: string) => Text | undefined {
  let variables: Map<string, Text> | undefined;
  return (name) => {
    variables ??= readAll(repository);
    return variables.get(name);
  };
}

function readAll(repository: Repository): Map<string, Text> {
  const variables = new Map<string, Text>();
  for (const file of FILES) {
    const text = readText(file, repository);
    if (text === undefined) continue;
    for (const [name, value] of /\.toml$/.test(file) ? miseVariables(text) : shellVariables(text)) {
      const known = rooted(value, dirname(file));
      if (known !== undefined && !variables.has(name)) variables.set(name, [known]);
    }
  }
  return variables;
}

/** `KEY=VALUE` lines whose values are literal. */
export function* shellVariables(text: string): Generator<[string, string]> {
  for (const line of text.split('\n')) {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(?:"([^"]*)"|'([^']*)'|([^\s#;]*))\s*(?:#.*)?$/.exec(line);
    if (match) yield [match[1]!, match[2] ?? match[3] ?? match[4]!];
  }
}

/** The `[env]` table. https://mise.jdx.dev/environments/ */
function* miseVariables(text: string): Generator<[string, string]> {
  let inEnv = false;
  for (const line of text.split('\n')) {
    const section = /^\s*\[\[?([^\]]+)\]/.exec(line);
    if (section) inEnv = section[1]!.trim() === 'env';
    const match = inEnv ? /^\s*([A-Za-z_]\w*)\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(line) : null;
    if (match) yield [match[1]!, match[2] ?? match[3]!];
  }
}

/** A value in which only the repository's root is variable; undefined for any other. */
function rooted(value: string, directory: string): string | undefined {
  const here = directory === '' ? ROOT : `${ROOT}/${directory}`;
  const known = value
    .replace(/\{\{\s*config_root\s*\}\}/g, ROOT)
    .replace(/\$\((?:expand_path|realpath|readlink -f) ?(?:\.\/?)?([^)]*)\)/g, (_, path: string) => (path ? `${here}/${path}` : here))
    .replace(/\$\(git rev-parse --show-toplevel\)/g, ROOT)
    .replace(/\$\{?PWD\}?|\$\(pwd\)/g, here);
  return /[$`]|\{\{/.test(known) ? undefined : known;
}

function readText(file: string, repository: Repository): string | undefined {
  if (!repository.file(file)) return undefined;
  try {
    const text = repository.read(file);
    return text.length <= 256 * 1024 ? text : undefined;
  } catch {
    return undefined;
  }
}

/** The version of cilium-cli that the repository's tool managers pin; undefined where none does. */
export function pinnedCiliumCli(repository: Repository): string | undefined {
  for (const file of [...FILES, 'aqua.yaml', '.aqua.yaml']) {
    const text = readText(file, repository);
    const found = text && /\bcilium-cli["']?\s*(?:[=:@ ]|@v)\s*(?:\{\s*version\s*=\s*)?["']?v?(\d+\.\d+\.\d+)/.exec(text);
    if (found) return found[1];
  }
  return undefined;
}
