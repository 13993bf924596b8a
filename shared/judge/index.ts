import type { AlignedCluster } from '../align/align.ts';
import type { Finding } from '../model.ts';
import { type Rule, toFinding } from './rule.ts';
import { apiServerEndpoint } from './rules/api-server-endpoint.ts';
import { argocdHygiene } from './rules/argocd-hygiene.ts';
import { chartRefuses } from './rules/chart-refuses.ts';
import { floatingCliImage } from './rules/floating-cli-image.ts';
import { hostDnsMasquerade } from './rules/host-dns-masquerade.ts';
import { hubbleCertificates } from './rules/hubble-certificates.ts';
import { ignoredValue } from './rules/ignored-value.ts';
import { kubeProxy } from './rules/kube-proxy.ts';
import { nativeRoutingCidr } from './rules/native-routing-cidr.ts';
import { releaseIdentity } from './rules/release-identity.ts';
import { talosPrivileges } from './rules/talos-privileges.ts';
import { unpinnedVersion } from './rules/unpinned-version.ts';

/** Every rule, in the order in which the documentation shows them. */
export const rules: readonly Rule[] = [
  unpinnedVersion,
  floatingCliImage,
  releaseIdentity,
  apiServerEndpoint,
  kubeProxy,
  nativeRoutingCidr,
  hostDnsMasquerade,
  talosPrivileges,
  hubbleCertificates,
  argocdHygiene,
  chartRefuses,
  ignoredValue,
];

/** Every broken rule of every cluster; what the readers found broken on the way comes first. One finding per id. */
export function judge(clusters: readonly AlignedCluster[]): Finding[] {
  const findings = new Map<string, Finding>();
  for (const cluster of clusters) {
    const read = [cluster.bootstrap?.declaration, cluster.argocd?.declaration, cluster.talos].flatMap((x) => x?.findings ?? []);
    for (const finding of read) if (!findings.has(finding.id)) findings.set(finding.id, { ...finding, cluster: cluster.name });
    for (const rule of rules) {
      for (const fault of rule.judge(cluster)) {
        const finding = toFinding(rule, cluster.name, fault);
        if (!findings.has(finding.id)) findings.set(finding.id, finding);
      }
    }
  }
  return [...findings.values()];
}
