import type { Tree } from '../../../model.ts';
import { repositoryAt } from '../../../repository/beside.ts';
import type { Repository } from '../../../repository/repository.ts';
import { at, opaque } from '../../../tree.ts';
import { normalizeName } from '../../go-template/normalize-name.ts';
import { type GoValue, Unknown } from '../../go-template/values.ts';
import { type GeneratorContext, type Params, unknownParams } from './params.ts';
import { askedFor, pathMatch } from './path-pattern.ts';

const listed = new WeakMap<Repository, string[]>();

/** Every directory of the repository, sorted; none that is hidden or below a hidden one. */
function directories(repository: Repository): string[] {
  let known = listed.get(repository);
  if (!known) {
    const all = new Set<string>();
    for (const { path } of repository.files) {
      for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
        const directory = path.slice(0, slash);
        if (all.has(directory)) break;
        all.add(directory);
      }
    }
    known = [...all].filter((path) => !/(^|\/)\./.test(path)).sort();
    listed.set(repository, known);
  }
  return known;
}

/** `git` with `directories`: one set of parameters for each directory that a pattern matches and no exclude does. */
export function gitDirectoryParams(generator: Tree, root: string, context: GeneratorContext): Params[] {
  const asked = askedFor(generator, 'directories', pathMatch);
  if (typeof asked !== 'function') return unknownParams(asked.reason, asked.place, context);
  const prefix = prefixOf(generator);
  const found = directories(repositoryAt(context.repository, root)).filter(asked);
  return found.map((path) => withPath(new Map(), path, undefined, prefix, context.goTemplate));
}

/** `pathParamPrefix`. */
export function prefixOf(generator: Tree): GoValue {
  const prefix = at(generator, 'pathParamPrefix');
  if (prefix?.kind === 'opaque') return new Unknown(prefix);
  return prefix?.kind === 'scalar' && prefix.value ? String(prefix.value) : undefined;
}

/** The parameters with those of a path: as a map under `path` with goTemplate, else flat. */
export function withPath(params: Params, path: string, filename: string | undefined, prefix: GoValue, goTemplate: boolean): Params {
  const segments = path.split('/');
  const basename = path === '.' ? '.' : segments.at(-1)!;
  const parts: [string, GoValue][] = [
    ['basename', basename],
    ['basenameNormalized', normalizeName(basename)],
    ...(filename === undefined
      ? []
      : ([
          ['filename', filename],
          ['filenameNormalized', normalizeName(filename)],
        ] satisfies [string, GoValue][])),
  ];
  if (prefix instanceof Unknown)
    return params.set('path', new Unknown(opaque('its parameter prefix cannot be known', prefix.opaque.place)));
  if (goTemplate) {
    const map: Params = new Map<string, GoValue>([['path', path], ...parts, ['segments', segments]]);
    if (typeof prefix !== 'string') return params.set('path', map);
    const own = params.get(prefix);
    return params.set(prefix, new Map(own instanceof Map ? own : []).set('path', map));
  }
  const name = typeof prefix === 'string' ? `${prefix}.path` : 'path';
  params.set(name, path);
  for (const [key, value] of parts) params.set(`${name}.${key}`, value);
  segments.forEach((segment, i) => {
    if (segment !== '') params.set(`${name}[${i}]`, segment);
  });
  return params;
}
