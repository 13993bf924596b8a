import type { Setting } from '../setting.ts';
import { agent } from './agent.ts';
import { bgp } from './bgp.ts';
import { clusterMesh } from './cluster-mesh.ts';
import { cni } from './cni.ts';
import { datapath } from './datapath.ts';
import { dnsProxy } from './dns-proxy.ts';
import { egressGateway } from './egress-gateway.ts';
import { encryption } from './encryption.ts';
import { envoy } from './envoy.ts';
import { gatewayApi } from './gateway-api.ts';
import { hubble } from './hubble.ts';
import { identity } from './identity.ts';
import { ingress } from './ingress.ts';
import { ipam } from './ipam.ts';
import { kubeProxyReplacement } from './kube-proxy-replacement.ts';
import { loadBalancing } from './load-balancing.ts';
import { masquerade } from './masquerade.ts';
import { operator } from './operator.ts';
import { policy } from './policy.ts';
import { routing } from './routing.ts';
import { security } from './security.ts';

/** One area of the catalogue; its settings are in the file of its name. */
export interface Area {
  title: string;
  settings: readonly Setting[];
}

/** The catalogue by area, in the order of the table. */
export const areas: readonly Area[] = [
  { title: 'Addresses of pods', settings: ipam },
  { title: 'How traffic goes from node to node', settings: routing },
  { title: 'Services in place of kube-proxy, and the way to the API server', settings: kubeProxyReplacement },
  { title: 'Load balancing and the addresses of services', settings: loadBalancing },
  { title: 'Source addresses of what leaves the cluster', settings: masquerade },
  { title: 'The BPF datapath', settings: datapath },
  { title: 'Names and identities', settings: identity },
  { title: 'Cluster mesh', settings: clusterMesh },
  { title: 'The CNI plugin', settings: cni },
  { title: 'Hubble', settings: hubble },
  { title: 'Envoy', settings: envoy },
  { title: 'Gateway API', settings: gatewayApi },
  { title: 'Ingress controller', settings: ingress },
  { title: 'BGP', settings: bgp },
  { title: 'Egress gateway', settings: egressGateway },
  { title: 'Encryption and authentication', settings: encryption },
  { title: 'Network policy', settings: policy },
  { title: 'DNS proxy', settings: dnsProxy },
  { title: 'The operator, and the clients of the API server', settings: operator },
  { title: 'What the pods may do, and what runs at all', settings: security },
  { title: 'The agent itself: logs, health, metrics', settings: agent },
];

/** Every setting that the alignment table shows, in its order. */
export const settings: readonly Setting[] = areas.flatMap((area) => area.settings);

let byPath: Map<string, Setting> | undefined;

/** The setting of a Helm path; undefined where the catalogue does not hold it. */
export function settingAt(path: string): Setting | undefined {
  byPath ??= new Map(settings.map((setting) => [setting.path, setting]));
  return byPath.get(path);
}
