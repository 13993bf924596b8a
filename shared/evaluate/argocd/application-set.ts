import type { FilePlace, Mapping, Opaque, Place, Tree } from '../../model.ts';
import { at, emptyMap, isMap, isTrue, itemsAt, textAt } from '../../tree.ts';
import { argocdRefuses, type Fault } from '../fault.ts';
import { placeOf } from './application.ts';
import { generate } from './generators/generate.ts';
import { type GeneratorContext, GeneratorError, type Params } from './generators/params.ts';
import { renderStrings } from './render-strings.ts';
import { applyTemplatePatch } from './template-patch.ts';
import { placeVersions } from './version-places.ts';

/** An Application that an ApplicationSet would create. */
export interface GeneratedApplication {
  tree: Mapping;
  /** Parameters that may name its cluster. */
  params: Params;
}

/** What comes out of an ApplicationSet. */
export interface GeneratedApplications {
  applications: GeneratedApplication[];
  faults: Fault[];
  /** Why some of its parameters cannot be known: other Applications may exist. */
  unknown: Opaque[];
  /** Files that parameters came from. */
  files: string[];
  revisions: { why: string; place: Place }[];
}

const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const MOST = 5000;

/** Works out every Application of an ApplicationSet. Never throws: what Argo CD refuses is a fault. https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/ */
export function applicationsOf(
  set: Mapping,
  given: Omit<GeneratorContext, 'goTemplate' | 'missingKeyError' | 'place' | 'unknown' | 'files' | 'revisions'>,
): GeneratedApplications {
  const spec = at(set, 'spec');
  const place = placeOf(at(set, 'kind') ?? set);
  const goTemplate = isTrue(at(spec, 'goTemplate'));
  const missingKeyError = itemsAt(spec, 'goTemplateOptions').some(
    (option) => option.kind === 'scalar' && option.value === 'missingkey=error',
  );
  const context: GeneratorContext = { ...given, goTemplate, missingKeyError, place, unknown: [], files: new Set(), revisions: [] };
  const faults: Fault[] = [];
  const made: GeneratedApplication[] = [];
  const template = at(spec, 'template');
  const patch = at(spec, 'templatePatch');
  try {
    if (!isMap(template)) throw new GeneratorError('the ApplicationSet has no template', place);
    mustBeReadable(template);
    for (const entry of itemsAt(spec, 'generators')) {
      for (const { params, template: own } of generate(entry, context)) {
        const whole = own ? fillIn(own, template) : template;
        for (const one of params.slice(0, MOST)) {
          const rendered = one.size === 0 ? whole : placeVersions(renderStrings(whole, one, context) as Mapping, whole, one, context);
          const patched = patch === undefined ? rendered : applyTemplatePatch(rendered, patch, one, context);
          made.push({ tree: asApplication(patched, rendered, at(set, 'metadata.namespace'), place), params: one });
        }
      }
    }
  } catch (error) {
    if (!(error instanceof GeneratorError)) throw error;
    faults.push(refusal(error.message, [error.place, place]));
    return { applications: [], faults, unknown: context.unknown, files: [...context.files], revisions: context.revisions };
  }
  return {
    applications: creatable(made, place, faults),
    faults,
    unknown: context.unknown,
    files: [...context.files],
    revisions: context.revisions,
  };
}

/** Of names that two Applications have, none is created; nor is what is no name at all. */
function creatable(made: readonly GeneratedApplication[], place: FilePlace, faults: Fault[]): GeneratedApplication[] {
  const names = new Map<string, number>();
  const nameOf = (one: GeneratedApplication) => textAt(one.tree, 'metadata.name');
  for (const one of made) {
    const name = nameOf(one);
    if (name !== undefined) names.set(name, (names.get(name) ?? 0) + 1);
  }
  return made.filter((one) => {
    const name = nameOf(one);
    if (name === undefined) return true;
    if (!NAME.test(name) || name.length > 253) {
      faults.push(
        refusal(
          `the name ${name.length > 80 ? 'of a generated Application' : name} is none that Kubernetes takes, so that Application is not created`,
          [at(one.tree, 'metadata.name')!.place, place],
        ),
      );
      return false;
    }
    if ((names.get(name) ?? 0) > 1) {
      faults.push(
        refusal(`several generated Applications have the name ${name}, and none of them is created`, [
          at(one.tree, 'metadata.name')!.place,
          place,
        ]),
      );
      return false;
    }
    return true;
  });
}

/** Fields that the API server takes only with their own type. */
function mustBeReadable(template: Mapping): void {
  const check = (node: Tree, key: string, depth: number): void => {
    if (depth > 20) return;
    if (BOOLEANS.has(key) && node.kind === 'scalar' && typeof node.value === 'string')
      throw new GeneratorError(`the field ${key} takes true or false, and no template`, node.place);
    if (key === 'valuesObject') return;
    if (node.kind === 'list') for (const item of node.items) check(item, '', depth + 1);
    if (node.kind === 'map') for (const [name, value] of node.entries) check(value, name, depth + 1);
  };
  check(at(template, 'spec') ?? emptyMap(template.place), '', 0);
}

const BOOLEANS = new Set([
  'ignoreMissingValueFiles',
  'skipCrds',
  'skipSchemaValidation',
  'passCredentials',
  'forceString',
  'recurse',
  'prune',
  'selfHeal',
  'allowEmpty',
]);

/** A generator's own template, with what it leaves out taken from the set's. */
function fillIn(own: Mapping, template: Mapping): Mapping {
  const entries = new Map(template.entries);
  for (const [key, value] of own.entries) {
    const below = entries.get(key);
    const empty = value.kind === 'scalar' && (value.value === null || value.value === '');
    if (empty && below) continue;
    entries.set(key, isMap(value) && isMap(below) ? fillIn(value, below) : value);
  }
  return { ...template, entries };
}

/** The Application of a rendered template: its kind is given, its namespace the set's, its project the template's. */
function asApplication(patched: Mapping, rendered: Mapping, namespace: Tree | undefined, place: FilePlace): Mapping {
  const text = (value: string): Tree => ({ kind: 'scalar', value, place, origin: 'set' });
  const entries = new Map<string, Tree>([
    ['apiVersion', text('argoproj.io/v1alpha1')],
    ['kind', text('Application')],
  ]);
  const metadata = at(patched, 'metadata');
  if (isMap(metadata)) {
    const own = new Map(metadata.entries);
    own.delete('namespace');
    if (namespace) own.set('namespace', namespace);
    entries.set('metadata', { ...metadata, entries: own });
  } else if (metadata) entries.set('metadata', metadata);
  const spec = at(patched, 'spec');
  const project = at(rendered, 'spec.project');
  if (spec) entries.set('spec', isMap(spec) && project ? { ...spec, entries: new Map(spec.entries).set('project', project) } : spec);
  return { kind: 'map', entries, place: patched.place, origin: 'set' };
}

const refusal = (message: string, places: Place[]): Fault => argocdRefuses(`Argo CD refuses this ApplicationSet: ${message}`, places);
