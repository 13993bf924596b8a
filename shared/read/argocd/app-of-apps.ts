import { type Application, isArgocdKind, known, placeOf, readApplication } from '../../evaluate/argocd/application.ts';
import { applicationsOf } from '../../evaluate/argocd/application-set.ts';
import type { ClusterSecret, Params } from '../../evaluate/argocd/generators/params.ts';
import type { RenderContext, Rendered } from '../../evaluate/argocd/rendered.ts';
import { renderApplication } from '../../evaluate/argocd/sources.ts';
import type { ChartRelease } from '../../evaluate/chart-release.ts';
import type { Fault } from '../../evaluate/fault.ts';
import type { BuiltObject } from '../../evaluate/object-files.ts';
import type { FilePlace, Mapping, Opaque, Place, Unused } from '../../model.ts';
import { at, textAt } from '../../tree.ts';
import { identityOf } from './manifests.ts';
import { renderedRelease } from './rendered-path.ts';
import { fillValueFiles } from './unknown-value-files.ts';

/** An Application or ApplicationSet on the way to a release, with the files that it was found through. */
export interface Step {
  kind: 'Application' | 'ApplicationSet';
  name: string;
  place: FilePlace;
  files: string[];
  application?: Application;
  /** Parameters that an ApplicationSet gave to this Application. */
  params?: Params;
}

/** A Cilium that an Application applies. */
export interface Reached {
  release: ChartRelease;
  application: Application;
  /** From the root to the Application itself. */
  chain: Step[];
  /** What Argo CD, kustomize or Helm refuse on the way. */
  faults: Fault[];
  revisions: { why: string; place: Place }[];
  doubts: string[];
}

/** An Application whose sources cannot be followed. */
export interface Unfollowed {
  application: Application;
  chain: Step[];
  opaque: Opaque;
  /** The directory that a config management plugin renders. */
  plugin?: string;
}

/** What one root leads to. */
export interface Walked {
  reached: Reached[];
  unfollowed: Unfollowed[];
  /** Identities of the documents below the root. */
  below: Set<string>;
  /** Every Application and set with its faults. */
  faults: { chain: Step[]; faults: Fault[] }[];
}

const DEEPEST = 12;
/** Applications and sets, each time that a way leads to one. */
const MOST_STEPS = 20_000;
/** What is gone through as fast as one Application is followed. */
const OBJECTS_OF_STEP = 20;

/** Follows Applications to what they render, and Applications that they render further. */
export class AppOfApps {
  /** Directories that an Application renders, and charts of Applications. */
  readonly rendered = new Set<string>();
  readonly #context: RenderContext;
  readonly #clusters: readonly ClusterSecret[];
  readonly #lost = new Set<string>();
  #steps = 0;

  constructor(context: RenderContext, clusters: readonly ClusterSecret[]) {
    this.#context = context;
    this.#clusters = clusters;
  }

  /** Where it was given up to follow them. */
  get unused(): Unused[] {
    const why = `no more than ${MOST_STEPS} Applications and sets are followed, and it holds some that come after them`;
    return [...this.#lost].map((file) => ({ file, why, broken: true, leftOut: true }));
  }

  /** Everything that a root leads to; cycles and too long ways end silently, as Argo CD shows each Application once, and too many ways not. */
  walk(root: Mapping, files: readonly string[]): Walked {
    const walked: Walked = { reached: [], unfollowed: [], below: new Set(), faults: [] };
    this.#follow(root, [...files], [], [], new Set(), walked);
    return walked;
  }

  #follow(
    tree: Mapping,
    files: string[],
    chain: readonly Step[],
    faults: readonly Fault[],
    way: ReadonlySet<string>,
    walked: Walked,
  ): void {
    const identity = identityOf(tree) + (textAt(tree, 'metadata.name') ?? '');
    if (way.has(identity) || chain.length >= DEEPEST || this.#isTooMuch(placeOf(tree).file)) return;
    if (chain.length > 0) walked.below.add(identityOf(tree));
    const next = new Set(way).add(identity);
    if (isArgocdKind(tree, 'ApplicationSet')) this.#applicationSet(tree, files, chain, faults, next, walked);
    else if (isArgocdKind(tree, 'Application')) {
      for (const { tree: one, filled } of fillValueFiles(this.#context.repository, tree)) {
        const application = readApplication(one);
        if (application)
          this.#application(
            application,
            files,
            filled === undefined ? undefined : new Map([['cluster', filled]]),
            chain,
            faults,
            next,
            walked,
          );
      }
    }
  }

  #applicationSet(
    set: Mapping,
    files: string[],
    chain: readonly Step[],
    above: readonly Fault[],
    way: ReadonlySet<string>,
    walked: Walked,
  ): void {
    const made = applicationsOf(set, { repository: this.#context.repository, here: this.#context.here, clusters: this.#clusters });
    const place = placeOf(at(set, 'kind') ?? set);
    const step: Step = { kind: 'ApplicationSet', name: textAt(set, 'metadata.name') ?? '', place, files };
    if (made.faults.length > 0) walked.faults.push({ chain: [...chain, step], faults: made.faults });
    for (const { tree, params } of made.applications) {
      const application = readApplication(tree);
      if (!application) continue;
      const sources = made.files.filter((file) => [...params.values()].length > 0 && named(file, application));
      this.#application(application, sources, params, [...chain, step], above, way, walked, made.revisions);
    }
  }

  #application(
    application: Application,
    files: string[],
    params: Params | undefined,
    chain: readonly Step[],
    above: readonly Fault[],
    way: ReadonlySet<string>,
    walked: Walked,
    revisions: Reached['revisions'] = [],
  ): void {
    if (this.#isTooMuch(application.place.file)) return;
    const rendered = renderApplication(application, this.#context);
    for (const directory of rendered.directories) this.rendered.add(directory);
    const step: Step = {
      kind: 'Application',
      name: known(application.name) ?? '',
      place: application.place,
      files: [...files, ...rendered.files.filter((file) => /(?:^|\/)\.argocd-source[^/]*\.yaml$/.test(file))],
      application,
      ...(params ? { params } : {}),
    };
    const steps = [...chain, step];
    if (rendered.faults.length > 0) walked.faults.push({ chain: steps, faults: rendered.faults });
    const shared = {
      application,
      chain: steps,
      faults: [...above, ...rendered.faults],
      revisions: [...revisions, ...rendered.revisions],
      doubts: rendered.doubts,
    };
    for (const release of rendered.releases) walked.reached.push({ release, ...shared });
    const manifest = renderedRelease(rendered.objects, application);
    if (manifest) walked.reached.push({ release: manifest, ...shared });
    for (const { opaque, plugin } of rendered.unknown)
      walked.unfollowed.push({ application, chain: steps, opaque, ...(plugin === undefined ? {} : { plugin }) });
    this.#children(rendered, steps, shared.faults, way, walked);
  }

  #isTooMuch(file: string): boolean {
    if (++this.#steps <= MOST_STEPS) return false;
    this.#lost.add(file);
    return true;
  }

  #children(rendered: Rendered, steps: readonly Step[], faults: readonly Fault[], way: ReadonlySet<string>, walked: Walked): void {
    // Many that lead to many are as much work as their product.
    this.#steps += Math.floor(rendered.objects.length / OBJECTS_OF_STEP);
    for (const object of rendered.objects)
      if (isApplication(object)) this.#follow(object.tree as Mapping, object.files, steps, faults, way, walked);
  }
}

function isApplication({ tree }: BuiltObject): boolean {
  return isArgocdKind(tree, 'Application') || isArgocdKind(tree, 'ApplicationSet');
}

/** True where a generator's file lies beside what the Application renders, or names it. */
function named(file: string, application: Application): boolean {
  const directory = file.slice(0, file.lastIndexOf('/') + 1);
  return (
    application.sources.some((source) => {
      const path = known(source.path);
      return path !== undefined && (directory === `${path}/` || path.startsWith(directory));
    }) || directory.includes(`/${known(application.name)}/`)
  );
}
