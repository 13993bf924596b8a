import { isUnknown, settingPlace, settingValue, sidesOf, talosFact } from '../read-setting.ts';
import type { Fault, Rule } from '../rule.ts';

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

export const apiServerEndpoint: Rule = {
  id: 'api-server-endpoint',
  level: 'error',
  title: 'The agent cannot reach the API server',
  why: 'Without kube-proxy the agent needs an address of the API server that works before any Service does; on Talos that is KubePrism, localhost:7445 on every node.',
  fix: 'Write `k8sServiceHost: localhost` and `k8sServicePort: 7445`, and leave KubePrism on.',
  link: 'https://docs.siderolabs.com/kubernetes-guides/advanced-guides/kubeprism',
  judge(cluster) {
    const faults: Fault[] = [];
    const proxyOff = talosFact(cluster.talos, 'kubeProxy')?.value === 'disabled';
    const prism = talosFact(cluster.talos, 'kubePrism');
    const prismPort = talosFact(cluster.talos, 'kubePrismPort');
    for (const { release, side } of sidesOf(cluster)) {
      if (isUnknown(release, 'k8sServiceHost') || isUnknown(release, 'k8sServicePort')) continue;
      const host = settingValue(release, 'k8sServiceHost') ?? '';
      const port = settingValue(release, 'k8sServicePort') ?? '';
      const place = settingPlace(release, 'k8sServiceHost');
      const fault = (message: string, extra: Partial<Fault> = {}) => faults.push({ message, places: [place, settingPlace(release, 'k8sServicePort')], setting: 'k8sServiceHost', fix: 'Write `k8sServiceHost: localhost` and `k8sServicePort: 7445`.', ...extra });
      if (host === '' && proxyOff && settingValue(release, 'kubeProxyReplacement') === 'true') {
        fault(`Nothing runs kube-proxy and ${side} does not say where the API server is: the agents dial a Service that does not exist yet.`);
      } else if (host === 'auto' && cluster.talos) {
        fault(`\`k8sServiceHost: auto\` on ${side} reads kubeadm's cluster-info, which Talos does not have.`);
      } else if (LOOPBACK.test(host)) {
        if (port === '6443') fault(`${host}:6443 on ${side} answers on control planes only: agents on workers cannot reach the API server.`);
        else if (prism?.value === 'disabled') fault(`${side} points agents at ${host}:${port}, where KubePrism is switched off.`, { places: [place, ...(prism.place ? [prism.place] : [])], fix: 'Enable KubePrism in the machine configuration.' });
        else if (prismPort && port !== '' && Number(port) !== Number(prismPort.value)) fault(`${side} points agents at ${host}:${port}, KubePrism listens on ${prismPort.value}.`, { setting: 'k8sServicePort', fix: `Write \`k8sServicePort: ${prismPort.value}\`.` });
      }
    }
    return faults;
  },
};
