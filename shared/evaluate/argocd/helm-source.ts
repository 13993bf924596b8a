import { embedded, textWithin } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { Layer, Mapping, Opaque, Tree } from '../../model.ts';
import { at, isTrue, opaque, textAt } from '../../tree.ts';
import { argocdRefuses, type Fault } from '../fault.ts';
import { type Application, known, placeOf, type Source, textOf } from './application.ts';
import { environmentOf } from './environment.ts';
import { parameterFlags, setLayer } from './parameters.ts';
import type { Rendering } from './rendered.ts';
import { fileParameterFlags, readHelmValues, type ValueFileContext, valueFileLayers } from './value-files.ts';

/** Everything that a source's `helm` block gives to Helm, in its order: value files, values or valuesObject, parameters. */
export function helmLayers(helm: Mapping | undefined, context: ValueFileContext): Layer[] {
  if (!helm) return [];
  const layers = valueFileLayers(helm, context);
  const [values, object] = [at(helm, 'values'), at(helm, 'valuesObject')];
  if (object !== undefined && !(object.kind === 'scalar' && object.value === null)) {
    if (object.kind === 'map' || object.kind === 'opaque') layers.push({ kind: 'inline-values', place: object.place, tree: object });
    else {
      context.faults.push(refusal('valuesObject is no map of values', [object.place]));
      layers.push({ kind: 'inline-values', place: object.place, tree: opaque('it is no map of values, which Helm refuses', object.place) });
    }
  } else if (values?.kind === 'scalar' && typeof values.value === 'string' && values.value !== '') {
    layers.push({ kind: 'inline-values', place: values.place, tree: readHelmValues(embedded(values), [], context.faults) });
  } else if (values?.kind === 'opaque') layers.push({ kind: 'inline-values', place: values.place, tree: aroundTheUnknown(values) });
  return [...layers, ...setLayer([...parameterFlags(helm, context.environment), ...fileParameterFlags(helm, context)])];
}

/** Values in whose text something cannot be known: what stands around it can be read all the same. */
function aroundTheUnknown(values: Opaque): Tree {
  const text = textWithin(values);
  if (!text) return values;
  const { documents, problems } = parseYaml(text, { dialect: 'helm', templates: 'go' });
  const tree = documents[0]?.tree;
  return problems.length === 0 && documents.length === 1 && tree?.kind === 'map' ? tree : values;
}

const RELEASE = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Release name and namespace that Argo CD gives to Helm. */
export function helmIdentity(application: Application, source: Source, faults: Fault[]): { name: string | null; namespace: string | null } {
  const releaseName = textOf(source.helm, 'releaseName');
  const name = known(releaseName === undefined || known(releaseName) === '' ? application.name : releaseName);
  if (name !== undefined && (name.length > 53 || !RELEASE.test(name)))
    faults.push(
      refusal(`Helm takes no release name ${name.length > 53 ? 'longer than 53 characters' : `like ${name}`}`, [
        (releaseName ?? application.name ?? source.tree).place,
      ]),
    );
  const version = textAt(source.helm, 'version');
  if (version && !['v3', 'v4'].includes(version))
    faults.push(refusal(`helm.version ${version} is not supported`, [placeOf(at(source.helm, 'version')!)]));
  const own = textOf(source.helm, 'namespace');
  const namespace = own === undefined || known(own) === '' ? application.destination.namespace : own;
  return { name: name ?? null, namespace: namespace === undefined || known(namespace) === '' ? 'default' : (known(namespace) ?? null) };
}

const refusal = (message: string, places: Fault['places']): Fault => argocdRefuses(`Argo CD refuses this Application: ${message}`, places);

/** What the values files of a source are found with. */
export function valueFileContext({ application, source, context, rendered }: Rendering): ValueFileContext {
  const { repository, here } = context;
  const { faults, revisions } = rendered;
  return { repository, here, application, source, environment: environmentOf(application, source), faults, revisions };
}

/** `helm.skipSchemaValidation`, as a release has it. */
export function skippedValidation(helm: Tree | undefined): { skipSchemaValidation?: true } {
  return isTrue(at(helm, 'skipSchemaValidation')) ? { skipSchemaValidation: true } : {};
}
