import type { Declaration } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';

const LARGEST = 1024 * 1024;

/** Commands and files by which something else than Talos brings Kubernetes. */
const OTHERS: readonly (readonly [string, RegExp])[] = [
  ['k3s', /\bget\.k3s\.io\b|\bINSTALL_K3S_|\/etc\/rancher\/k3s\b|\bk3sup\s+(?:install|join)\b/],
  ['RKE2', /\bget\.rke2\.io\b|\bINSTALL_RKE2_|\/etc\/rancher\/rke2\b/],
  ['kubeadm', /\bkubeadm\s+(?:init|join)\b/],
  ['MicroK8s', /\bsnap install microk8s\b|\bmicrok8s\s+(?:enable|install)\b/],
  ['k0s', /\bk0sctl\s+apply\b|\bk0s\s+install\b/],
];

/**
 * Says of a declaration that its cluster is not of Talos where the script, playbook or document that installs Cilium installs k3s, kubeadm or the like itself,
 * and never speaks of talosctl.
 */
export function withOtherKubernetes(declaration: Declaration, repository: Repository): Declaration {
  if (declaration.rank === 5) return declaration;
  let text: string;
  try {
    text = repository.read(declaration.place.file);
  } catch {
    return declaration;
  }
  if (text.length > LARGEST || text.includes('talosctl')) return declaration;
  const other = OTHERS.find(([, mark]) => mark.test(text))?.[0];
  return other === undefined ? declaration : { ...declaration, otherKubernetes: other };
}
