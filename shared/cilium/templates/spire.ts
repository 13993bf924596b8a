import type { ChartValues } from '../chart-values.ts';
import type { FactRule } from './fact-rule.ts';
import { imageName, imageRule, present } from './workload.ts';

const at = 'authentication.mutual.spire';
const rendered = (values: ChartValues): boolean => values.truthy(`${at}.enabled`) && values.truthy(`${at}.install.enabled`);
const path = [`${at}.install.enabled`, `${at}.enabled`];

export const spire: readonly FactRule[] = [
  ...['DaemonSet/spire-agent', 'StatefulSet/spire-server', 'Service/spire-server'].map((object) => present(object, path, rendered)),
  imageRule('spire-agent.spire-agent', [`${at}.install.agent.image`, ...path], rendered, (values) => {
    const image = `${at}.install.agent.image`;
    return values.find(image)?.kind === 'scalar' ? values.text(image)!.split('@')[0] : imageName(values, image);
  }),
];
