import type { ChartValues } from '../chart-values.ts';
import type { FactRule } from './fact-rule.ts';
import { present } from './workload.ts';

const rendered = (values: ChartValues): boolean => values.truthy('ingressController.enabled');
const path = ['ingressController.enabled'];

/** The Service is the shared load balancer; its name is that of the default `ingressController.service.name`. */
const serves = (values: ChartValues): boolean => rendered(values) && values.text('ingressController.service.name') === 'cilium-ingress';

export const ciliumIngress: readonly FactRule[] = [
  present('IngressClass/cilium', path, rendered),
  present('Service/cilium-ingress', path, serves),
];
