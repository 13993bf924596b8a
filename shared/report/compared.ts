import type { Cluster, Release } from '../model.ts';
import { plainText } from './escape.ts';
import { FORM_WORDS, valueText } from './words.ts';

/** What speaks for a side in a few words: form, chart version, and the release where it is not the usual one. */
export function releaseWords(release: Release): string {
  const why = release.chartVersionWhy === undefined ? '' : ` (${plainText(release.chartVersionWhy)})`;
  const version = release.chartVersion === null ? `chart version unknown${why}` : `chart ${plainText(release.chartVersion)}${why}`;
  const usual = (release.name ?? 'cilium') === 'cilium' && (release.namespace ?? 'kube-system') === 'kube-system';
  const identity = usual
    ? ''
    : `, release ${plainText(release.name ?? 'of unknown name')} in ${plainText(release.namespace ?? 'an unknown namespace')}`;
  return `${FORM_WORDS[release.form]}, ${version}${identity}`;
}

/** What the machine configuration says of the network, as far as Git says it. */
export function talosWords({ talos }: Cluster): string {
  const fact = (name: string) => {
    const cell = talos?.facts[name];
    return cell === undefined || cell.value === null || cell.origin === 'absent' || cell.origin === 'opaque' ? undefined : valueText(cell);
  };
  const prism = fact('kubePrism');
  return [
    ['cni', fact('cni')],
    ['kube-proxy', fact('kubeProxy')],
    ['KubePrism', prism === 'enabled' && fact('kubePrismPort') ? `on port ${fact('kubePrismPort')}` : prism],
    ['pods', fact('podSubnets')],
    ['services', fact('serviceSubnets')],
  ]
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]))
    .join(', ');
}
