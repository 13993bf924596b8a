import { writeFileSync } from 'node:fs';
import { check, compare } from '../shared/check.ts';
import type { Level } from '../shared/model.ts';
import { plainText } from '../shared/report/escape.ts';
import { openRepository, pathInside } from './open.ts';
import type { Surroundings } from './run.ts';
import { UsageError } from './usage-error.ts';

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
  const tree = openRepository(path);
  for (const side of ['bootstrap', 'argocd'] as const) {
    if (options[side] !== undefined) options[side] = pathInside(tree, path, `--${side}`, options[side]);
  }
  if (options.chart !== undefined) (await import('./chart.ts')).useChart(options.chart);
  const watched = surroundings.isErrorTerminal
    ? (await import('./progress.ts')).showProgress(tree, surroundings.columns, surroundings.stderr)
    : undefined;
  const repository = watched?.repository ?? tree;
  const report = check(repository, options);
  watched?.clear();
  if (options.cluster !== undefined && report.clusters.length === 0) {
    const { cluster, ...others } = options;
    const names = compare(repository, others).clusters.map((c) => c.name ?? '(no name)');
    throw new UsageError(
      `no cluster is named ${cluster}; ${names.length === 0 ? 'none was found' : `there is ${plainText(names.join(', '))}`}`,
    );
  }
  let text: string;
  if (options.format === 'json') {
    text = (await import('../shared/report/json.ts')).renderJson(report);
  } else {
    const toTerminal = options.output === undefined && surroundings.isTerminal;
    const { renderTable } = await import('../shared/report/table.ts');
    text = renderTable(report, {
      width: surroundings.columns,
      colour: hasColour(toTerminal, surroundings.env),
      showAll: options.show === 'all',
    });
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
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false') return true;
  return toTerminal && env.TERM !== 'dumb';
}
