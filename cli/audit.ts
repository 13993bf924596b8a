import { writeFileSync } from 'node:fs';
import { check } from '../shared/check.ts';
import type { Level } from '../shared/model.ts';
import { openRepository } from './open.ts';
import { type Surroundings, UsageError } from './run.ts';

interface AuditOptions {
  format: 'table' | 'json';
  output?: string;
  failOn: Level | 'never';
  undecided: 'fail' | 'warn';
  cluster?: string;
  bootstrap?: string;
  argocd?: string;
  chart?: string;
  show?: 'all';
}

/** Compares both sides of the working tree at a path, prints the report and gives the exit code. */
export async function audit(path: string, options: AuditOptions, surroundings: Surroundings): Promise<number> {
  const repository = openRepository(path);
  if (options.chart !== undefined) await (await import('./chart.ts')).useChart(options.chart);
  const report = check(repository, options);
  if (options.cluster !== undefined && report.clusters.length === 0) throw new UsageError(`no cluster is named ${options.cluster}; run without --cluster to see the names`);
  let text: string;
  if (options.format === 'json') {
    text = (await import('../shared/report/json.ts')).renderJson(report);
  } else {
    const toTerminal = options.output === undefined && surroundings.isTerminal;
    text = (await import('../shared/report/table.ts')).renderTable(report, { width: surroundings.columns, colour: hasColour(toTerminal, surroundings.env), showAll: options.show === 'all' });
  }
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

/** https://no-color.org and https://force-color.org */
function hasColour(toTerminal: boolean, env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0') return true;
  return toTerminal && env.TERM !== 'dumb';
}
