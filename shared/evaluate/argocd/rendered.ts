import type { Opaque, Place } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import type { ChartRelease } from '../chart-release.ts';
import type { Fault } from '../fault.ts';
import type { BuiltObject } from '../object-files.ts';
import type { Application, Source } from './application.ts';
import type { ThisRepository } from './this-repository.ts';

/** What sources are rendered with. */
export interface RenderContext {
  repository: Repository;
  here: ThisRepository;
  /** kustomize may read files outside of its directory: argocd-cm in this repository says so. */
  anyFile: boolean;
  /** What a config management plugin of that name runs, where this repository defines it. */
  plugin(name: string): 'kustomize' | undefined;
}

/** What Argo CD would render from an Application, as far as it concerns Cilium and Argo CD itself. */
export interface Rendered {
  releases: ChartRelease[];
  /** Objects that mention Cilium or Argo CD: Applications among them lead on. */
  objects: BuiltObject[];
  faults: Fault[];
  /** Sources that cannot be followed, each with the reason. */
  unknown: { opaque: Opaque; plugin?: string }[];
  /** Files that were read on the way and belong to no release or object. */
  files: string[];
  /** Directories of this repository that are rendered. */
  directories: string[];
  /** Sources in this repository under another URL. */
  doubts: string[];
  /** Revisions other than the one that lies here, from which Argo CD reads. */
  revisions: { why: string; place: Place }[];
}

/** One source of an Application while it is rendered. */
export interface Rendering {
  application: Application;
  source: Source;
  context: RenderContext;
  /** Where everything goes that is found. */
  rendered: Rendered;
}
