import type { ChartValues } from './chart-values.ts';
import type { Refusal } from './templates/fact-rule.ts';

export function* schemaRefusals(_values: ChartValues): Generator<Refusal> {}
