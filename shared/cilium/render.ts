import type { Fact, Facts, Origin, Place, Tree } from '../model.ts';
import { at, joinPath, splitPath } from '../tree.ts';
import { type ChartValues, goText, ReadsOpaque, TemplateError } from './chart-values.ts';
import type { FactRule, Refusal } from './templates/fact-rule.ts';
import { factFamilies, factRules, refusalRules } from './templates/index.ts';
import { nullRefusals } from './templates/null-values.ts';
import { schemaRefusals } from './values-schema.ts';

/** Why a chart refuses to render, and where the value at fault stands. */
export type PlacedRefusal = Refusal & { place: Place };

/** What is known beside the chart's values. */
export interface RenderOptions {
  /** True where the installer was told to skip values.schema.json. */
  skipSchemaValidation?: boolean;
  /** The merged user values before defaults met them: the place of a `null` that deleted a default stands only there. */
  written?: Tree;
}

const derived: Place = { source: 'derived by the chart' };

/**
 * What Helm renders from these values, as facts, and every reason for which it would refuse to.
 * Each fact stands for itself: what cannot be known makes the facts opaque that depend on it, and no others. Never throws.
 */
export function renderFacts(values: ChartValues, options: RenderOptions = {}): { facts: Facts; refusals: PlacedRefusal[] } {
  const refusals = new Map<string, Refusal>();
  const refuse = (refusal: Refusal) => {
    if (!refusals.has(refusal.path)) refusals.set(refusal.path, refusal);
  };
  const fail = (error: TemplateError) => refuse({ path: faultOf(error.path, values), message: error.message });
  if (!options.skipSchemaValidation) for (const refusal of schemaRefusals(values)) refuse(refusal);
  for (const refusal of nullRefusals(values)) refuse(refusal);
  for (const rule of refusalRules()) {
    const outcome = attempt(values, () => rule.refuses(values));
    if (outcome instanceof TemplateError) fail(outcome);
    else if (typeof outcome === 'string')
      refuse({ path: rule.path, message: outcome, ...(rule.api === undefined ? {} : { api: rule.api }) });
  }
  const facts: Facts = new Map();
  for (const rule of factRules()) {
    const outcome = attempt(values, () => rule.value(values));
    if (outcome instanceof ReadsOpaque) facts.set(rule.fact, opaqueFact(outcome));
    else if (outcome instanceof TemplateError) fail(outcome);
    else if (outcome !== undefined) facts.set(rule.fact, placeFact(outcome, rule, values));
  }
  for (const family of factFamilies()) {
    const outcome = attempt(values, () => [...family.facts(values)]);
    if (outcome instanceof ReadsOpaque) facts.set(family.path, opaqueFact(outcome));
    else if (outcome instanceof TemplateError) fail(outcome);
    else if (outcome !== undefined)
      for (const { fact, value, node } of outcome)
        facts.set(fact, node?.kind === 'opaque' ? opaqueFact(new ReadsOpaque(node)) : { value, ...whereabouts(node, value) });
  }
  return {
    facts,
    refusals: [...refusals.values()].map((refusal) => ({ ...refusal, place: placeOf(refusal.path, values, options.written) })),
  };
}

/** A rule's answer; what it threw where a value could not be known or Helm would fail on it. */
function attempt<T>(values: ChartValues, answer: () => T): T | ReadsOpaque | TemplateError | undefined {
  values.reads.length = 0;
  try {
    return answer();
  } catch (error) {
    if (error instanceof ReadsOpaque || error instanceof TemplateError) return error;
    throw error;
  }
}

/** The map that a template would have to look into and cannot, or the path itself. */
function faultOf(path: string, values: ChartValues): string {
  const segments = splitPath(path);
  let node: Tree | undefined = values.tree;
  for (const [depth, key] of segments.entries()) {
    if (node?.kind !== 'map') return joinPath(segments.slice(0, depth));
    node = node.entries.get(key);
  }
  return path;
}

function opaqueFact({ opaque }: ReadsOpaque): Fact {
  return { value: '', place: opaque.place, origin: 'opaque', opaque, why: opaque.reason };
}

const isWritten = (node: Tree | undefined): boolean => node !== undefined && node.kind !== 'opaque' && node.origin !== 'default';

/** Place and origin of a fact: the first of the rule's paths that somebody wrote speaks, else what was read for it, else the default. */
function placeFact(value: string, rule: FactRule, values: ChartValues): Fact {
  const nodes = (typeof rule.path === 'string' ? [rule.path] : rule.path).map((path) => at(values.tree, path));
  const written = nodes.filter(isWritten);
  // What switches something on is a switch that is on, and not one that is asked first and is off.
  const isOn = (node: Tree | undefined) => value === 'true' && node?.kind === 'scalar' && node.value === true;
  const speaks = written.find(isOn) ?? written[0];
  if (speaks) return { value, ...whereabouts(speaks, value) };
  const standing = nodes.find((node) => node !== undefined);
  if (standing && standing.kind !== 'opaque' && saysTheSame(standing, value))
    return { value, place: standing.place, origin: standing.origin };
  const read = values.reads.filter(isWritten);
  const cause = read.findLast(isOn) ?? read.at(-1);
  if (cause) return { value, place: cause.place, origin: 'derived' };
  if (standing && standing.kind !== 'opaque') return { value, place: standing.place, origin: standing.origin };
  return { value, place: derived, origin: 'derived' };
}

function whereabouts(node: Tree | undefined, value: string): { place: Place; origin: Origin } {
  if (!node || node.kind === 'opaque') return { place: derived, origin: 'derived' };
  return { place: node.place, origin: saysTheSame(node, value) ? node.origin : 'derived' };
}

/** The node's own text is the fact, lists in whatever order and separation. */
function saysTheSame(node: Tree, value: string): boolean {
  try {
    if (node.kind === 'list') return words(node.items.map(goText).join(' ')) === words(value);
    return node.kind === 'map' || goText(node) === value;
  } catch {
    return false;
  }
}

const words = (text: string) =>
  text
    .split(/[\s,]+/)
    .sort()
    .join(' ');

/** Where the value at fault stands, or its nearest ancestor. */
function placeOf(path: string, values: ChartValues, written: Tree | undefined): Place {
  for (let segments = splitPath(path); segments.length > 0; segments = segments.slice(0, -1)) {
    const node = (written && at(written, segments)) ?? at(values.tree, segments);
    if (node) return node.place;
  }
  return derived;
}
