import { readFileSync } from 'node:fs';
import { addChart } from '../shared/cilium/charts.ts';
import { loadChart, UnusableChart } from '../shared/read/chart-archive.ts';
import { UsageError } from './usage-error.ts';

/** Lets the chart archive at a path speak for its version from now on. Rejects with {@link UsageError} where it is no chart of Cilium. */
export async function useChart(path: string): Promise<void> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new UsageError(
      `cannot read the chart ${path} (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}); --chart takes an archive that \`helm pull\` fetched`,
    );
  }
  try {
    addChart(await loadChart(bytes));
  } catch (error) {
    if (error instanceof UnusableChart)
      throw new UsageError(`${path} ${error.message}; --chart takes an archive that \`helm pull cilium/cilium\` fetched`);
    throw error;
  }
}
