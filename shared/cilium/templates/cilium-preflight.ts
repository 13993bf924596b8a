import type { ChartValues } from '../chart-values.ts';
import type { FactRule } from './fact-rule.ts';
import { imageRule, present } from './workload.ts';

const rendered = (values: ChartValues): boolean => values.truthy('preflight.enabled');
const path = ['preflight.enabled'];

export const ciliumPreflight: readonly FactRule[] = [
  present('DaemonSet/cilium-pre-flight-check', path, rendered),
  present(
    'Deployment/cilium-pre-flight-check',
    ['preflight.validateCNPs', ...path],
    (values) => rendered(values) && values.truthy('preflight.validateCNPs'),
  ),
  imageRule('cilium-pre-flight-check.cilium-pre-flight-check', path, rendered, 'preflight.image'),
];
