/**
 * What `import … from "cilium-align"` gives, and nothing else does: docs/api.md says what of it stays as it is.
 * The functions take plain data and give plain data; what they need of the surroundings (the day) can be passed in.
 */

export type { Allowance, Config, ConfigProblem, ConfiguredCluster } from '../shared/config/config.ts';
export { readConfig } from '../shared/config/read-config.ts';
export type {
  Cell,
  Cluster,
  ComparedRepository,
  FilePlace,
  Finding,
  Form,
  Impact,
  Level,
  Origin,
  Outcome,
  Place,
  Release,
  Report,
  Row,
  Side,
  SpokenPlace,
  Status,
  Unused,
} from '../shared/model.ts';
export type { Format } from '../shared/report/formats.ts';
export { directoryRepository } from '../shared/repository/directory.ts';
export { gitRepository, resolveRevision } from '../shared/repository/git.ts';
export { memoryRepository } from '../shared/repository/memory.ts';
export type { NamedRepository, Repositories, RepositoryPair } from '../shared/repository/pair.ts';
export type { Repository, RepositoryFile } from '../shared/repository/repository.ts';
export { UnusableRepository } from '../shared/repository/repository.ts';
export type { CheckOptions } from './check.ts';
export { check } from './check.ts';
export type { BaseOptions } from './compare-with-base.ts';
export { compareWithBase } from './compare-with-base.ts';
export { FaultyConfiguration, findConfig } from './find-config.ts';
export type { RenderOptions } from './render.ts';
export { render } from './render.ts';
