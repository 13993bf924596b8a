import { writeFileSync } from 'node:fs';
import packageJson from '../package.json' with { type: 'json' };
import { check, compare } from '../shared/check.ts';
import type { Level } from '../shared/model.ts';
import { plainText } from '../shared/report/escape.ts';
import { type Format, formats } from '../shared/report/formats.ts';
import { hasColour } from './colour.ts';
import { findConfiguration } from './configuration.ts';
import { openRepositories } from './open.ts';
import type { Surroundings } from './surroundings.ts';
import { UsageError } from './usage-error.ts';

interface AuditOptions {
  format: Format;
  output?: string;
  failOn?: Level | 'never';
  undecided?: 'fail' | 'warn';
  config?: string;
  cluster?: string;
  bootstrap?: string;
  argocd?: string;
  chart?: string;
  base?: string;
  show?: 'all';
}

/** Compares both sides, of the working tree at a path or of the repositories that the options lead to; prints the report and gives the exit code. With a base, the report says what is new since then, and only that decides it. */
export async function audit(path: string, options: AuditOptions, surroundings: Surroundings): Promise<number> {
  const opened = openRepositories(path, options);
  if (options.chart !== undefined) await (await import('./chart.ts')).useChart(options.chart);
  const config = await findConfiguration(opened, options.config);
  const view = {
    failOn: options.failOn ?? config?.failOn ?? 'error',
    undecided: options.undecided ?? config?.undecided ?? 'fail',
    today: new Date().toISOString().slice(0, 10),
    ...(config && { config }),
    ...(options.cluster !== undefined && { cluster: options.cluster }),
    ...opened.inside,
  };
  const watched = surroundings.isErrorTerminal
    ? (await import('./progress.ts')).showProgress(opened.repositories, surroundings.columns, surroundings.stderr)
    : undefined;
  const repositories = watched?.repositories ?? opened.repositories;
  let report = check(repositories, view);
  watched?.clear();
  if (options.cluster !== undefined && report.clusters.length === 0) {
    const { cluster, ...others } = view;
    const names = compare(repositories, others).clusters.map((c) => c.name ?? '(no name)');
    throw new UsageError(
      `no cluster is named ${cluster}; ${names.length === 0 ? 'none was found' : `there is ${plainText(names.join(', '))}`}`,
    );
  }
  if (options.base !== undefined) report = (await import('./base.ts')).compareWithRevision(report, opened, options.base, view);
  const toTerminal = options.output === undefined && surroundings.isTerminal;
  const text = await formats[options.format](report, {
    width: surroundings.columns,
    colour: hasColour(toTerminal, surroundings.env),
    showAll: options.show === 'all',
    version: packageJson.version,
  });
  if (options.output === undefined) surroundings.stdout(text);
  else {
    try {
      writeFileSync(options.output, text);
    } catch (error) {
      throw new UsageError(`cannot write ${options.output} (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
    }
  }
  return report.exitCode;
}
