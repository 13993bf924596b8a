/**
 * What `import … from "cilium-align"` gives, and nothing else does: docs/api.md says what of it stays as it is.
 * The functions take plain data and give plain data; what they need of the surroundings (the day) can be passed in.
 */
export type { Allowance, Config, ConfigProblem, ConfiguredCluster } from '../shared/config/config.js';
export { readConfig } from '../shared/config/read-config.js';
export type { Cell, Cluster, ComparedRepository, FilePlace, Finding, Form, Impact, Level, Origin, Outcome, Place, Release, Report, Row, Side, SpokenPlace, Status, Unused, } from '../shared/model.js';
export type { Format } from '../shared/report/formats.js';
export { directoryRepository } from '../shared/repository/directory.js';
export { gitRepository, resolveRevision } from '../shared/repository/git.js';
export { memoryRepository } from '../shared/repository/memory.js';
export type { NamedRepository, Repositories, RepositoryPair } from '../shared/repository/pair.js';
export type { Repository, RepositoryFile } from '../shared/repository/repository.js';
export { UnusableRepository } from '../shared/repository/repository.js';
export type { CheckOptions } from './check.js';
export { check } from './check.js';
export type { BaseOptions } from './compare-with-base.js';
export { compareWithBase } from './compare-with-base.js';
export { FaultyConfiguration, findConfig } from './find-config.js';
export type { RenderOptions } from './render.js';
export { render } from './render.js';
