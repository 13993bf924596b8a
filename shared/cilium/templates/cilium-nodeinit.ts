import type { ChartValues } from '../chart-values.ts';
import type { FactRule } from './fact-rule.ts';
import { containerRules, present, when } from './workload.ts';

const rendered = (values: ChartValues): boolean => values.truthy('nodeinit.enabled');
const path = ['nodeinit.enabled'];

export const ciliumNodeinit: readonly FactRule[] = [
  present('DaemonSet/cilium-node-init', path, rendered),
  ...containerRules({
    name: 'cilium-node-init.node-init',
    path,
    rendered,
    image: 'nodeinit.image',
    capabilities: 'nodeinit.securityContext.capabilities.add',
    privileged: (values) => values.text('nodeinit.securityContext.privileged') === 'true',
  }),
  when(rendered, 'hostNetwork.cilium-node-init', path, () => 'true'),
];
