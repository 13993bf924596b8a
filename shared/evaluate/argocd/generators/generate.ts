import type { Mapping, Tree } from '../../../model.ts';
import { at, isMap } from '../../../tree.ts';
import { fromTree, type GoMap, type GoValue, Marks, UNSEEN, Unknown } from '../../go-template/values.ts';
import { flatten } from '../fasttemplate.ts';
import { renderString, renderStrings } from '../render-strings.ts';
import { clusterParams } from './clusters.ts';
import { gitDirectoryParams } from './git-directories.ts';
import { gitFileParams } from './git-files.ts';
import { listParams } from './list.ts';
import { matrixParams } from './matrix.ts';
import { mergeParams } from './merge.ts';
import { type GeneratorContext, GeneratorError, type Params, unknownParams } from './params.ts';
import { matchesSelector } from './selector.ts';

/** Sets of parameters of one entry of `generators`, with the template that it brings itself. */
export interface Generated {
  params: Params[];
  template?: Mapping;
}

/** Generators whose answer is not in Git. */
const ELSEWHERE = ['scmProvider', 'pullRequest', 'clusterDecisionResource', 'plugin'];
const DEEPEST = 4;

/** Works out one entry of `spec.generators`. Throws {@link GeneratorError} where Argo CD refuses. */
export function generate(entry: Tree, context: GeneratorContext): Generated[] {
  if (entry.kind === 'opaque') return [{ params: unknownParams(entry.reason, entry.place, context) }];
  if (!isMap(entry)) return [];
  const selector = at(entry, 'selector');
  const generated: Generated[] = [];
  for (const [kind, body] of entry.entries) {
    if (kind === 'selector') continue;
    const template = at(body, 'template');
    const params = paramsOf(kind, body, context, undefined, 0);
    generated.push({ params: selector === undefined ? params : selected(params, selector), ...(isMap(template) ? { template } : {}) });
  }
  if (entry.unseen) generated.push({ params: unknownParams(entry.unseen.reason, entry.unseen.place, context) });
  return generated;
}

function selected(params: Params[], selector: Tree): Params[] {
  return params.filter((set) => set.has(UNSEEN) || matchesSelector(selector, flatten(set, new Marks())));
}

function paramsOf(kind: string, written: Tree, context: GeneratorContext, given: Params | undefined, depth: number): Params[] {
  if (depth > DEEPEST) throw new GeneratorError('generators are nested too deeply', written.place);
  if (written.kind === 'opaque') return unknownParams(written.reason, written.place, context);
  const body = given === undefined ? written : interpolate(written, given, context);
  const child = (entry: Tree, more: Params | undefined): Params[] => {
    if (entry.kind === 'opaque') return unknownParams(entry.reason, entry.place, context);
    if (!isMap(entry)) return [];
    const selector = at(entry, 'selector');
    const params = [...entry.entries]
      .filter(([name]) => name !== 'selector')
      .flatMap(([name, inner]) => paramsOf(name, inner, context, more, depth + 1));
    return selector === undefined ? params : selected(params, selector);
  };
  switch (kind) {
    case 'list':
      return listParams(body, context);
    case 'clusters':
      return withValues(clusterParams(body, context), body, context);
    case 'git':
      return withValues(gitParams(body, context), body, context);
    case 'matrix':
      return matrixParams(body, context, child);
    case 'merge':
      return mergeParams(body, context, child);
    default:
      if (ELSEWHERE.includes(kind)) return unknownParams(`the ${kind} generator asks something outside of Git`, written.place, context);
      return unknownParams(`${kind} is no generator that is known here`, written.place, context);
  }
}

function gitParams(body: Tree, context: GeneratorContext): Params[] {
  const url = at(body, 'repoURL');
  // Of an unknown one the paths decide: the repository of an Application is most often this one.
  const named = url?.kind === 'scalar' ? String(url.value) : undefined;
  const root = named === undefined ? '' : context.here.rootOf(named);
  if (root === undefined) return unknownParams(`its generator reads another repository, ${named}`, url!.place, context);
  const revision = at(body, 'revision');
  const other = context.here.otherRevision(revision?.kind === 'scalar' ? String(revision.value ?? '') : undefined);
  if (other && revision) context.revisions.push({ why: other, place: revision.place });
  if (at(body, 'directories')) return gitDirectoryParams(body, root, context);
  if (at(body, 'files')) return gitFileParams(body, root, context);
  throw new GeneratorError('a git generator needs directories or files', body.place);
}

/** A generator's fields with the parameters of the one before it in a matrix. Its `values` wait where they name parameters of its own. */
function interpolate(body: Tree, given: Params, context: GeneratorContext): Tree {
  if (!isMap(body)) return body;
  const options = { goTemplate: context.goTemplate, missingKeyError: context.missingKeyError };
  const entries = new Map<string, Tree>();
  for (const [key, value] of body.entries) {
    if (key === 'values' && isMap(value) && context.goTemplate) {
      const own = new Map<string, Tree>();
      for (const [name, text] of value.entries) own.set(name, namesOnly(text, given) ? renderString(text, given, options) : text);
      entries.set(key, { ...value, entries: own });
    } else entries.set(key, key === 'template' || key === 'generators' ? value : renderStrings(value, given, options));
  }
  return { ...body, entries };
}

function namesOnly(text: Tree, given: Params): boolean {
  if (text.kind !== 'scalar' || typeof text.value !== 'string') return true;
  return given.has(UNSEEN) || [...text.value.matchAll(/\.([A-Za-z_]\w*)(?:\.[A-Za-z_]\w*)*/g)].every((match) => given.has(match[1]!));
}

/** A generator's `values`, each rendered with the parameters themselves (and not with one another). */
function withValues(params: Params[], body: Tree, context: GeneratorContext): Params[] {
  const values = at(body, 'values');
  if (!isMap(values) || values.entries.size === 0) return params;
  const options = { goTemplate: context.goTemplate, missingKeyError: context.missingKeyError };
  return params.map((set) => {
    const rendered: GoMap = new Map();
    for (const [key, value] of values.entries) {
      const tree = renderString(value, set, options);
      rendered.set(key, tree.kind === 'opaque' ? new Unknown(tree) : (fromTree(tree) as GoValue));
    }
    const result: Params = new Map(set);
    if (context.goTemplate) result.set('values', rendered);
    else for (const [key, value] of rendered) result.set(`values.${key}`, value);
    return result;
  });
}
