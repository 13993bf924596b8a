import type { Candidate } from '../../discover/candidate.ts';
import { isArgocdKind, placeOf } from '../../evaluate/argocd/application.ts';
import type { ClusterSecret } from '../../evaluate/argocd/generators/params.ts';
import { fromTree, type GoMap, type GoValue, Unknown } from '../../evaluate/go-template/values.ts';
import { argocdAppsOf } from '../../evaluate/helm/argocd-apps.ts';
import { holdsApplication, itemsOfList, readObjects } from '../../evaluate/object-files.ts';
import { wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { Mapping, SourceText, TalosManifest, Tree, Unused } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import { at, isMap, opaque, textAt } from '../../tree.ts';

/** An Application or ApplicationSet as it stands in a file. */
export interface Manifest {
  kind: 'Application' | 'ApplicationSet';
  tree: Mapping;
  file: string;
  /** The file is a template that something has yet to render. */
  template: boolean;
  /** Talos applies it at bootstrap. */
  applied?: true;
}

/** Everything of Argo CD's that the candidates hold. */
export interface Manifests {
  manifests: Manifest[];
  clusters: ClusterSecret[];
  /** Directories of charts whose templates hold Applications: only an Application that renders the chart shows them. */
  charts: string[];
  unused: Unused[];
}

const YAML = /\.(ya?ml|json)$/i;
const TEMPLATE = /\.(ya?ml|json)(?:\.\w+)?\.(tmpl|tpl|tftpl|gotmpl|j2|jinja2?|template)$|\.(tmpl|tftpl|gotmpl|j2|jinja2?)\.(ya?ml|json)$/i;
/** What a template around an inline manifest fills in. */
const OUTER = /\$\{/;
const SECRET_TYPE = 'argocd.argoproj.io/secret-type';

/** A stable name for a document: kustomize and Argo CD may change what it says, not where it stands. */
export function identityOf(tree: Mapping): string {
  const place = placeOf(at(tree, 'kind') ?? tree);
  return `${place.file}:${place.line}:${textAt(tree, 'kind')}`;
}

/** Finds every Application, ApplicationSet and cluster Secret, those among what Talos applies at bootstrap too. */
export function findManifests(repository: Repository, candidates: readonly Candidate[], applied: readonly TalosManifest[]): Manifests {
  const found: Manifests = { manifests: [], clusters: [], charts: [], unused: [] };
  const charts = new Set<string>();
  for (const { path, text } of candidates) {
    const template = TEMPLATE.test(path);
    if (!template && !YAML.test(path)) continue;
    const isKind = holdsApplication(text);
    const isSecret = text.includes(SECRET_TYPE);
    const isApps = /^(?:argocd-apps|applications|applicationsets):/m.test(text);
    if (!isKind && !isSecret && !isApps) continue;
    const chart = chartOfTemplate(repository, path);
    if (chart !== undefined) {
      if (isKind) charts.add(chart);
      continue;
    }
    if (template && repository.file(path.replace(/\.(?:tmpl|tpl|tftpl|gotmpl|j2|jinja2?|template)(?=$|\.)/i, '')) !== undefined) {
      if (isKind) found.unused.push({ file: path, why: 'is the template of a file beside it that is read instead' });
      continue;
    }
    for (const tree of documentsOf(repository, path, text, template)) {
      if (isArgocdKind(tree, 'Application')) found.manifests.push({ kind: 'Application', tree, file: path, template });
      else if (isArgocdKind(tree, 'ApplicationSet')) found.manifests.push({ kind: 'ApplicationSet', tree, file: path, template });
      else if (isSecret && isMap(tree)) found.clusters.push(...clusterSecret(tree));
      else if (isApps && isMap(tree) && textAt(tree, 'kind') === undefined) {
        for (const own of [...argocdAppsOf(tree), ...argocdAppsOf(at(tree, 'argocd-apps'))])
          found.manifests.push({ kind: textAt(own, 'kind') as Manifest['kind'], tree: own, file: path, template });
      }
    }
  }
  for (const { text } of applied) if (text !== undefined && holdsApplication(text.text)) found.manifests.push(...inlineManifests(text));
  found.charts = [...charts];
  return found;
}

/** The Applications of an inline manifest, which Talos applies before anybody else does. */
function inlineManifests(text: SourceText): Manifest[] {
  // An ApplicationSet's own `{{ }}` is Argo CD's to fill in, not that of whoever writes the machine configuration.
  const own = /kind["']?:\s*["']?ApplicationSet\b/.test(text.text)
    ? parseYaml(text, { templates: OUTER.test(text.text) && 'terraform' })
    : undefined;
  const { documents } = own === undefined || own.problems.length > 0 ? parseYaml(text) : own;
  return documents
    .flatMap((document) => itemsOfList(document.tree))
    .flatMap((tree): Manifest[] => {
      const kind = (['Application', 'ApplicationSet'] as const).find((one) => isArgocdKind(tree, one));
      return kind === undefined || !isMap(tree) ? [] : [{ kind, tree, file: text.file, template: false, applied: true }];
    });
}

function documentsOf(repository: Repository, path: string, text: string, template: boolean): Tree[] {
  if (!template) return readObjects(repository, path, text).objects;
  return parseYaml(wholeFile(path, text)).documents.flatMap((document) => itemsOfList(document.tree));
}

/** The directory of the chart that a template belongs to; undefined for a file outside of a chart's templates. */
function chartOfTemplate(repository: Repository, path: string): string | undefined {
  const segments = path.split('/');
  for (let i = segments.indexOf('templates'); i >= 0; i = segments.indexOf('templates', i + 1)) {
    const directory = segments.slice(0, i).join('/');
    if (repository.file(directory === '' ? 'Chart.yaml' : `${directory}/Chart.yaml`)) return directory;
  }
  return undefined;
}

/** https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#clusters ; also the template of an ExternalSecret or a SealedSecret. */
function clusterSecret(document: Mapping): ClusterSecret[] {
  const inner = at(document, 'spec.target.template') ?? at(document, 'spec.template') ?? document;
  const labels = at(inner, 'metadata.labels');
  if (!isMap(labels) || textAt(labels, 'argocd\\.argoproj\\.io/secret-type') !== 'cluster') return [];
  const field = (name: string): GoValue => {
    const plain = at(inner, ['stringData', name]);
    if (plain !== undefined)
      return plain.kind === 'scalar' && /\{\{/.test(String(plain.value))
        ? new Unknown(opaque('it comes from a secret store', plain.place))
        : fromTree(plain);
    const data = at(inner, ['data', name]);
    if (data?.kind === 'scalar' && inner === document) return Buffer.from(String(data.value ?? ''), 'base64').toString();
    if (data?.kind === 'scalar' && !/\{\{/.test(String(data.value))) return String(data.value);
    return new Unknown(opaque('it is in a Secret that Git does not show', (data ?? inner).place));
  };
  const map = (tree: Tree | undefined): GoMap => {
    const value = fromTree(tree);
    return value instanceof Map ? value : new Map();
  };
  return [
    {
      name: field('name'),
      server: field('server'),
      labels: map(labels),
      annotations: map(at(inner, 'metadata.annotations')),
      place: inner.place,
    },
  ];
}
