import { chartDefaults, knownVersion } from '../../cilium/charts.ts';
import { glob } from '../../glob.ts';
import { wholeFile } from '../../language/source-text.ts';
import type { FilePlace, Layer, Opaque, Place, SetFlag, Tree } from '../../model.ts';
import { startOf } from '../../place.ts';
import { pathsAround } from '../../repository/beside.ts';
import { type Repository, UnreadableFile } from '../../repository/repository.ts';
import { join, normalize } from '../../repository/tree-repository.ts';
import { at, isTrue, itemsAt, opaque, textAt } from '../../tree.ts';
import { exactVersion } from '../chart-release.ts';
import { argocdRefuses, type Fault, valuesFileMissing } from '../fault.ts';
import { readValues } from '../helm/values-document.ts';
import { type Application, known, type Source } from './application.ts';
import { type Environment, expand } from './environment.ts';
import { pathBelow, type ThisRepository } from './this-repository.ts';

/** What the values files of one source are looked up with. */
export interface ValueFileContext {
  repository: Repository;
  here: ThisRepository;
  application: Application;
  source: Source;
  environment: Environment;
  faults: Fault[];
  /** Revisions other than the one that lies here, from which Argo CD reads. */
  revisions: { why: string; place: Place }[];
}

/** A file that Argo CD gives to Helm: a path of this repository, the chart's own values.yaml, or why it cannot be seen. */
type Found = { path: string } | { chartValues: true } | { opaque: Opaque } | undefined;

/** The layers of `helm.valueFiles`, in Helm's order: globs expanded, a file that stands twice only where it stands first. */
export function valueFileLayers(helm: Tree, context: ValueFileContext): Layer[] {
  const ignoreMissing = isTrue(at(helm, 'ignoreMissingValueFiles'));
  const listed = itemsAt(helm, 'valueFiles').map((entry) => ({ entry, glob: isGlob(entry) }));
  const found = listed.map(({ entry, glob }) =>
    glob ? findGlob(entry, ignoreMissing, context) : [find(entry, ignoreMissing, context, 'valueFiles')],
  );
  const explicit = new Set(found.flatMap((files, i) => (listed[i]!.glob ? [] : files.flatMap((f) => (f && 'path' in f ? [f.path] : [])))));
  const seen = new Set<string>();
  const layers: Layer[] = [];
  found.forEach((files, i) => {
    const { entry, glob } = listed[i]!;
    for (const file of files) {
      if (file === undefined) continue;
      if ('path' in file) {
        if (seen.has(file.path) || (glob && explicit.has(file.path))) continue;
        seen.add(file.path);
      }
      layers.push(layerOf(file, entry.place, context));
    }
  });
  return layers;
}

/** `helm.fileParameters` as `--set-file` flags; a file that cannot be seen makes its key opaque. */
export function fileParameterFlags(helm: Tree, context: ValueFileContext): SetFlag[] {
  const flags: SetFlag[] = [];
  for (const parameter of itemsAt(helm, 'fileParameters')) {
    const name = textAt(parameter, 'name');
    const path = at(parameter, 'path');
    if (name === undefined || path === undefined) continue;
    const file = find(path, false, context, 'fileParameters');
    const place = parameter.place as FilePlace;
    let content: string | Opaque;
    if (file && 'path' in file) content = readText(context.repository, file.path, place);
    else content = file && 'opaque' in file ? file.opaque : opaque('the file does not exist', place);
    flags.push({ flag: 'set-file', text: `${name}=${textAt(parameter, 'path') ?? ''}`, place, file: content });
  }
  return flags;
}

function readText(repository: Repository, path: string, place: Place): string | Opaque {
  try {
    return repository.read(path);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return opaque(error.message, place, path);
  }
}

function layerOf(file: NonNullable<Found>, from: Place, { repository, source, faults }: ValueFileContext): Layer {
  if ('opaque' in file) return { kind: 'values-file', place: from, tree: file.opaque };
  if ('chartValues' in file) {
    const version = exactVersion(known(source.targetRevision) ?? '');
    const chart = version === null ? undefined : knownVersion(version);
    return {
      kind: 'values-file',
      place: from,
      tree: chart ? chartDefaults(chart.version) : opaque('it is the values file of a chart version that is not known', from),
    };
  }
  const place = startOf(file.path);
  const text = readText(repository, file.path, from);
  if (typeof text !== 'string') return { kind: 'values-file', place, tree: text };
  return { kind: 'values-file', place, tree: readHelmValues(wholeFile(file.path, text), [from], faults) };
}

/** Values as Argo CD's Helm reads them: nobody renders the text first. What it refuses is a fault, and is still read as far as it can be. */
export function readHelmValues(source: ReturnType<typeof wholeFile>, from: readonly Place[], faults: Fault[]): Tree {
  const { tree, problems } = readValues(source, 4, { templates: false });
  if (!problems[0]) return tree;
  faults.push(
    argocdRefuses(`Helm cannot read the values in ${source.file}: the text ${problems[0].message}`, [problems[0].place, ...from]),
  );
  return readValues(source, 4).tree;
}

const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//;

/** One entry of valueFiles or fileParameters; undefined where Argo CD leaves it out. */
function find(entry: Tree, ignoreMissing: boolean, context: ValueFileContext, field: 'valueFiles' | 'fileParameters'): Found {
  if (entry.kind === 'opaque') return { opaque: entry };
  if (entry.kind !== 'scalar' || entry.value === null) return undefined;
  const text = String(entry.value);
  const located = locate(text, entry.place, ignoreMissing, context);
  if (located === undefined || 'opaque' in located || 'chartValues' in located) return located;
  const file = located.path === undefined ? undefined : context.repository.file(located.path);
  if (file) return { path: file.path };
  if (located.optional || (ignoreMissing && field === 'valueFiles')) return undefined;
  context.faults.push(
    valuesFileMissing(
      `Argo CD cannot render this Application: ${text} does not exist${located.path === text ? '' : ` (${located.path})`}`,
      [entry.place],
      field === 'valueFiles'
        ? `Create ${located.path}, name the file that exists, or set ignoreMissingValueFiles.`
        : `Create ${located.path}, or name the file that exists.`,
    ),
  );
  return { opaque: opaque('the file does not exist', entry.place, text) };
}

type Located = { path: string; optional?: boolean } | { chartValues: true } | { opaque: Opaque };

function locate(text: string, place: Place, ignoreMissing: boolean, context: ValueFileContext): Located | undefined {
  const { source, environment, application } = context;
  const refuse = (message: string): Located => {
    context.faults.push(argocdRefuses(`Argo CD refuses ${text}: ${message}`, [place]));
    return { opaque: opaque(`Argo CD refuses it: ${message}`, place, text) };
  };
  if (application.multi && text.startsWith('$')) return behindRef(text, place, context, refuse);
  const scheme = SCHEME.exec(text)?.[1];
  if (scheme === 'http' || scheme === 'https') return { opaque: opaque('it is a remote file, which is not in Git', place, text) };
  // helm-secrets: a plain file is read as it is, and a question mark makes it optional.
  const secrets = /^secrets(?:\+[a-z-]+)?:\/\/(\?)?(?:[^?]*\?)?(.*)$/.exec(text);
  if (scheme !== undefined && !secrets) return refuse(`the scheme ${scheme} is not allowed for values files`);
  const path = expand(secrets ? secrets[2]! : text, environment);
  if (path === undefined) return { opaque: opaque('its path holds a variable whose value is not in Git', place, text) };
  if (source.chart) {
    const inside = normalize(path);
    if (inside === undefined) return refuse('it leads out of the chart');
    if (inside === 'values.yaml' && source.ref === undefined) return { chartValues: true };
    if (ignoreMissing) return undefined;
    context.faults.push(
      valuesFileMissing(
        `Argo CD cannot render this Application: the chart holds no ${inside}`,
        [place],
        'Read the file through a second source with `ref`.',
      ),
    );
    return { opaque: opaque('the chart holds no such file', place, text) };
  }
  const directory = known(source.path);
  if (directory === undefined) return { opaque: opaque('the path of its source cannot be known', place, text) };
  const url = known(source.repoURL);
  const root = (url !== undefined && context.here.rootOf(url)) || '';
  return inRepository(root, path.startsWith('/') ? normalize(path) : join(directory, path), refuse, secrets?.[1] === '?');
}

function inRepository(root: string, below: string | undefined, refuse: (message: string) => Located, optional = false): Located {
  if (below === undefined) return refuse('it leads out of the repository');
  const path = pathBelow(root, below);
  return optional ? { path, optional } : { path };
}

const REF = /^[a-zA-Z0-9_-]+$/;

function behindRef(text: string, place: Place, context: ValueFileContext, refuse: (message: string) => Located): Located | undefined {
  const { application, source, environment, here } = context;
  const slash = text.indexOf('/');
  const name = slash < 0 ? text.slice(1) : text.slice(1, slash);
  const target = application.sources.find((other) => known(other.ref) === name);
  if (!target) {
    if (application.sources.some((other) => other.ref?.kind === 'opaque'))
      return { opaque: opaque('the name of its source cannot be known', place, text) };
    return refuse(`no source has the ref ${name}`);
  }
  if (!REF.test(name)) return refuse('the name of a ref holds only letters, digits, - and _');
  if (slash < 0) return refuse('a ref needs a path behind it');
  if (target.chart) return refuse('its ref is a source with a chart');
  const rest = expand(text.slice(slash), environment);
  if (rest === undefined) return { opaque: opaque('its path holds a variable whose value is not in Git', place, text) };
  const path = normalize(rest);
  const url = known(target.repoURL);
  if (url === undefined) {
    if (path !== undefined && context.repository.file(path)) return { path };
    return { opaque: opaque('the repository of its ref cannot be known', place, text) };
  }
  const root = here.rootOf(url);
  if (root === undefined) return { opaque: opaque(`it lies in another repository, ${url}`, place, text) };
  if (source.chart === undefined && differs(source, target))
    return refuse('a chart in Git may not read another revision of its own repository');
  const revision = here.otherRevision(known(target.targetRevision));
  if (revision) context.revisions.push({ why: revision, place: (target.targetRevision ?? target.tree).place });
  return inRepository(root, path, refuse);
}

function differs(source: Source, target: Source): boolean {
  const [a, b] = [known(source.targetRevision) ?? 'HEAD', known(target.targetRevision) ?? 'HEAD'];
  return a !== b && source.repoURL !== undefined && known(source.repoURL) === known(target.repoURL);
}

function isGlob(entry: Tree): boolean {
  return entry.kind === 'scalar' && /[*?[]/.test(String(entry.value)) && !SCHEME.test(String(entry.value));
}

function findGlob(entry: Tree, ignoreMissing: boolean, context: ValueFileContext): Found[] {
  const text = String((entry as { value: unknown }).value);
  const located = locate(text, entry.place, ignoreMissing, context);
  if (located === undefined || !('path' in located)) return [located];
  const matches = glob(located.path, { globstar: true, braces: true, sets: true, escapes: true });
  const found = new Set<string>();
  for (const path of pathsAround(context.repository)) if (matches?.(path)) found.add(context.repository.file(path)?.path ?? '');
  found.delete('');
  if (found.size === 0 && !ignoreMissing) {
    context.faults.push(valuesFileMissing(`Argo CD cannot render this Application: no file matches ${text}`, [entry.place]));
    return [{ opaque: opaque('no file matches it', entry.place, text) }];
  }
  return [...found].map((path) => ({ path }));
}
