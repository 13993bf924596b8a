import type { Place, SourceText, Tree } from '../../model.ts';
import { parseYaml } from '../yaml/parse.ts';

const CACHE = new WeakMap<SourceText, Tree[]>();
const LARGEST = 512 * 1024;

/**
 * What `yq`/`jq` print for an expression that only walks and selects: `.a.b[0]`, `."a-b"`, `.a[]`, `select(.name == "x")`, joined by `|`.
 * Undefined where the expression does more, or where the answer is not one scalar.
 */
export function lookUp(expression: string, source: SourceText): { text: string; place: Place } | undefined {
  if (source.text.length > LARGEST || expression.length > 500) return undefined;
  let nodes: Tree[] = documentsOf(source);
  for (const step of expression.split('|')) {
    const next = apply(step.trim(), nodes);
    if (next === undefined) return undefined;
    nodes = next.slice(0, 1000);
  }
  if (nodes.length !== 1) return undefined;
  const node = nodes[0]!;
  if (node.kind !== 'scalar') return undefined;
  return { text: node.value === null ? 'null' : String(node.value), place: node.place };
}

function documentsOf(source: SourceText): Tree[] {
  let found = CACHE.get(source);
  if (!found) {
    found = parseYaml(source).documents.map((d) => d.tree);
    CACHE.set(source, found);
  }
  return found;
}

function apply(step: string, nodes: Tree[]): Tree[] | undefined {
  const select = /^select\(\s*(\.[^=!]*?)\s*==\s*"([^"]*)"\s*\)$/.exec(step);
  if (select) {
    const path = segments(select[1]!);
    if (!path) return undefined;
    return nodes.filter((node) => {
      const found = walk(path, [node]);
      return found.length === 1 && found[0]!.kind === 'scalar' && String(found[0]!.value) === select[2];
    });
  }
  const path = segments(step);
  return path && walk(path, nodes);
}

/** `.a."b c"[0][].d` as its segments; true stands for `[]`. */
function segments(path: string): (string | number | true)[] | undefined {
  if (path === '.') return [];
  const found: (string | number | true)[] = [];
  const pattern = /\.?"([^"]*)"|\.([\w-]+)|\.?\["([^"]*)"\]|\.?\[(\d+)\]|\.?(\[\])/gy;
  let end = 0;
  for (const match of path.matchAll(pattern)) {
    if (match.index !== end) return undefined;
    end = match.index + match[0].length;
    if (match[5]) found.push(true);
    else if (match[4] !== undefined) found.push(Number(match[4]));
    else found.push(match[1] ?? match[2] ?? match[3]!);
  }
  return end === path.length && found.length > 0 ? found : undefined;
}

function walk(path: readonly (string | number | true)[], nodes: Tree[]): Tree[] {
  let current = nodes;
  for (const segment of path) {
    current = current.flatMap((node): Tree[] => {
      if (segment === true) return node.kind === 'list' ? node.items : node.kind === 'map' ? [...node.entries.values()] : [];
      if (node.kind === 'list' && typeof segment === 'number') return node.items[segment] ? [node.items[segment]] : [];
      if (node.kind === 'map')
        return [node.entries.get(String(segment)) ?? { kind: 'scalar', value: null, place: node.place, origin: node.origin }];
      return node.kind === 'opaque' ? [node] : [];
    });
  }
  return current;
}
