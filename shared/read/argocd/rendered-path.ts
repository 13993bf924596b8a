import { privateKeysOf } from '../../cilium/private-keys.ts';
import { factsOfManifest } from '../../cilium/rendered-manifest.ts';
import { type Application, isArgocdKind, known, placeOf } from '../../evaluate/argocd/application.ts';
import type { ChartRelease } from '../../evaluate/chart-release.ts';
import type { BuiltObject } from '../../evaluate/object-files.ts';
import type { FilePlace, Tree } from '../../model.ts';
import { at, textAt } from '../../tree.ts';

/** A Cilium that somebody rendered into the manifests of a path; undefined where the objects hold none. */
export function renderedRelease(objects: readonly BuiltObject[], application?: Application): ChartRelease | undefined {
  const own = objects.filter(({ tree }) => !isArgocdKind(tree, 'Application') && !isArgocdKind(tree, 'ApplicationSet'));
  if (!own.some(({ tree }) => isCiliumObject(tree))) return undefined;
  const trees = own.map(({ tree }) => tree);
  const manifest = factsOfManifest(trees);
  if (!manifest) return undefined;
  const main = [...own].sort((a, b) => weight(a.tree) - weight(b.tree));
  const files = new Set(main.filter(({ tree }) => weight(tree) < 4).flatMap((object) => object.files.slice(0, 1)));
  for (const object of main.slice(0, 1)) for (const file of object.files) files.add(file);
  const place: FilePlace = placeOf(main[0]!.tree);
  const privateKeys = privateKeysOf(trees);
  const destination = application?.destination.namespace;
  return {
    form: 'rendered-path',
    place,
    files: [...files],
    name: null,
    namespace: manifest.namespace ?? (destination === undefined ? null : (known(destination) ?? null)),
    chartVersion: manifest.chartVersion,
    ...(manifest.chartVersion === null ? { chartVersionWhy: 'no label and no image tag of the manifests says it' } : {}),
    ...(manifest.versionPlace ? { chartVersionPlace: manifest.versionPlace } : {}),
    layers: [],
    facts: manifest.facts,
    ...(privateKeys.length > 0 ? { privateKeys } : {}),
  };
}

function isCiliumObject(tree: Tree): boolean {
  const name = textAt(tree, 'metadata.name');
  return (textAt(tree, 'kind') === 'DaemonSet' && name === 'cilium') || (textAt(tree, 'kind') === 'ConfigMap' && name === 'cilium-config');
}

/** The objects that say most come first. */
function weight(tree: Tree): number {
  const [kind, name] = [textAt(tree, 'kind'), textAt(tree, 'metadata.name')];
  if (kind === 'ConfigMap' && name === 'cilium-config') return 0;
  if (kind === 'DaemonSet' && name === 'cilium') return 1;
  if (kind === 'Deployment' && name === 'cilium-operator') return 2;
  return /^(?:DaemonSet|Deployment)$/.test(kind ?? '') && at(tree, 'metadata.labels') !== undefined && /cilium|hubble/.test(name ?? '')
    ? 3
    : 4;
}
