import type { ChartValues } from '../chart-values.ts';
import type { FactFamily } from './fact-rule.ts';

/** The maps whose `secretsNamespace` is created while they are enabled. */
function owners(values: ChartValues): string[] {
  const all = ['ingressController', 'gatewayAPI', 'envoyConfig'];
  if (values.since('1.15.0-pre.2')) all.push('bgpControlPlane');
  return all.filter((owner) => values.truthy(`${owner}.enabled`));
}

/** Namespaces for the Secrets that Envoy and the BGP control plane read. */
export const ciliumSecretsNamespace: readonly FactFamily[] = [
  {
    path: 'tls.secretsNamespace',
    *facts(values) {
      const preflight = values.truthy('preflight.enabled');
      if (preflight && values.since('1.20.0-rc.1')) return;
      const places = owners(values).map((owner) => `${owner}.secretsNamespace`);
      if (values.since('1.17.0-rc.2') && !(preflight && values.since('1.17.4'))) places.push('tls.secretsNamespace');
      for (const place of places) {
        const name = values.textOr(`${place}.name`, '');
        if (name !== '' && values.truthy(`${place}.create`)) {
          yield { fact: `present.Namespace/${name}`, value: 'true', node: values.find(`${place}.create`)! };
        }
      }
    },
  },
];
