import type { ChartValues } from '../chart-values.ts';
import type { Refusal } from './fact-rule.ts';

export function* nullRefusals(_values: ChartValues): Generator<Refusal> {}
