import { isLoopback } from '../../cilium/loopback.ts';
import { application, THROUGH_KUBEPRISM, talconfig, WITHOUT_KUBE_PROXY } from '../example.ts';
import { settingPlace, settingValue, talosFact, talosPlaces } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { namesAtStart, sidesOf, verb } from '../sides.ts';

export const kubePrismElsewhere: Rule = {
  id: 'kubeprism-elsewhere',
  level: 'error',
  title: 'Agents look for KubePrism where it is not',
  why: 'KubePrism is what answers on the loopback address of every node. Switched off, or on another port, it leaves the agents without an API server: they crash in a loop.',
  fix: 'Enable KubePrism in the machine configuration, and write its port as `k8sServicePort`.',
  link: 'https://docs.siderolabs.com/kubernetes-guides/advanced-guides/kubeprism',
  examples: {
    passing: {
      'argocd/cilium.yaml': application(THROUGH_KUBEPRISM),
      'talos/talconfig.yaml': talconfig({ patch: WITHOUT_KUBE_PROXY }),
    },
    failing: {
      'argocd/cilium.yaml': application(THROUGH_KUBEPRISM),
      'talos/talconfig.yaml': talconfig({
        patch: `${WITHOUT_KUBE_PROXY}
machine:
  features:
    kubePrism:
      enabled: false`,
      }),
    },
  },
  judge(cluster) {
    const prism = talosFact(cluster.talos, 'kubePrism');
    const port = talosFact(cluster.talos, 'kubePrismPort');
    const local = sidesOf(cluster).filter(({ release }) => isLoopback(settingValue(release, 'k8sServiceHost')));
    const places = (path: string, sides: typeof local) => sides.map(({ release }) => settingPlace(release, path));
    if (prism?.value === 'disabled' && local.length > 0) {
      const { release } = local[0]!;
      return [
        {
          message: `${namesAtStart(local)} ${verb(local, 'points', 'point')} the agents at ${settingValue(release, 'k8sServiceHost')}:${settingValue(release, 'k8sServicePort') ?? '?'}, and KubePrism is switched off.`,
          places: [...places('k8sServiceHost', local), ...talosPlaces(cluster.talos, prism)],
          setting: 'k8sServiceHost',
          fix: 'Enable KubePrism: `machine.features.kubePrism.enabled: true`, from Talos 1.14 a `KubePrismConfig` document.',
        },
      ];
    }
    // Port 6443 is another mistake, and has a rule of its own.
    const elsewhere = local.filter(({ release }) => {
      const written = settingValue(release, 'k8sServicePort');
      return port !== undefined && written !== undefined && written !== '' && written !== '6443' && Number(written) !== Number(port.value);
    });
    if (elsewhere.length === 0) return [];
    return [
      {
        message: `${namesAtStart(elsewhere)} ${verb(elsewhere, 'points', 'point')} the agents at port ${settingValue(elsewhere[0]!.release, 'k8sServicePort')} of the loopback address, KubePrism listens on ${port!.value}.`,
        places: [...places('k8sServicePort', elsewhere), ...talosPlaces(cluster.talos, port)],
        setting: 'k8sServicePort',
        fix: `Write \`k8sServicePort: ${port!.value}\`.`,
      },
    ];
  },
};
