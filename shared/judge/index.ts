import type { AlignedCluster } from '../align/align.ts';
import type { Finding, Surroundings } from '../model.ts';
import { type Rule, toFinding } from './rule.ts';
import { agentFlagOverrides } from './rules/agent-flag-overrides.ts';
import { apiNotServed } from './rules/api-not-served.ts';
import { apiServerOnControlPlanesOnly } from './rules/api-server-on-control-planes-only.ts';
import { apiServerUnset } from './rules/api-server-unset.ts';
import { argocdReadsAnotherRevision } from './rules/argocd-reads-another-revision.ts';
import { argocdRefuses } from './rules/argocd-refuses.ts';
import { argocdSourceOverride } from './rules/argocd-source-override.ts';
import { automatedSync } from './rules/automated-sync.ts';
import { cascadingDeletion } from './rules/cascading-deletion.ts';
import { certificatesNeverRenewed } from './rules/certificates-never-renewed.ts';
import { certificatesOfEachPlan } from './rules/certificates-of-each-plan.ts';
import { cgroupMount } from './rules/cgroup-mount.ts';
import { chartRefuses } from './rules/chart-refuses.ts';
import { checksumAnnotationIgnored } from './rules/checksum-annotation-ignored.ts';
import { ciliumConfigIgnored } from './rules/cilium-config-ignored.ts';
import { clientSideApply } from './rules/client-side-apply.ts';
import { clusterInfoLookup } from './rules/cluster-info-lookup.ts';
import { committedPrivateKey } from './rules/committed-private-key.ts';
import { controlPlanesDiffer } from './rules/control-planes-differ.ts';
import { duplicateInlineManifest } from './rules/duplicate-inline-manifest.ts';
import { equalEvidence } from './rules/equal-evidence.ts';
import { expiredAllowance } from './rules/expired-allowance.ts';
import { extraConfigOverrides } from './rules/extra-config-overrides.ts';
import { flannelBesideCilium } from './rules/flannel-beside-cilium.ts';
import { floatingCliImage } from './rules/floating-cli-image.ts';
import { gateMissing } from './rules/gate-missing.ts';
import { gateWithoutPath } from './rules/gate-without-path.ts';
import { gateWithoutVersion } from './rules/gate-without-version.ts';
import { gatewayApiDefinitions } from './rules/gateway-api-definitions.ts';
import { hostDnsMasquerade } from './rules/host-dns-masquerade.ts';
import { hostNetworkCutOff } from './rules/host-network-cut-off.ts';
import { hubbleCertificates } from './rules/hubble-certificates.ts';
import { identitiesNotExcluded } from './rules/identities-not-excluded.ts';
import { imageOfAnotherVersion } from './rules/image-of-another-version.ts';
import { jobAfterAdoption } from './rules/job-after-adoption.ts';
import { kubeProxyBesideCilium } from './rules/kube-proxy-beside-cilium.ts';
import { kubeProxyMissing } from './rules/kube-proxy-missing.ts';
import { kubePrismElsewhere } from './rules/kubeprism-elsewhere.ts';
import { kubePrismUnused } from './rules/kubeprism-unused.ts';
import { kubernetesBeyondTalos } from './rules/kubernetes-beyond-talos.ts';
import { kubeSpanNativeRouting } from './rules/kubespan-native-routing.ts';
import { kustomizeRefuses } from './rules/kustomize-refuses.ts';
import { manifestGeneratePaths } from './rules/manifest-generate-paths.ts';
import { manifestUnreadable } from './rules/manifest-unreadable.ts';
import { nativeRoutingCidrMissing } from './rules/native-routing-cidr-missing.ts';
import { nativeRoutingCidrTooSmall } from './rules/native-routing-cidr-too-small.ts';
import { netkitWithTproxy } from './rules/netkit-with-tproxy.ts';
import { omniFullManifest } from './rules/omni-full-manifest.ts';
import { operatorReplicasPending } from './rules/operator-replicas-pending.ts';
import { poolOutsidePodSubnets } from './rules/pool-outside-pod-subnets.ts';
import { prereleaseVersion } from './rules/prerelease-version.ts';
import { privilegedAgent } from './rules/privileged-agent.ts';
import { refusedByNextMinor } from './rules/refused-by-next-minor.ts';
import { releaseName } from './rules/release-name.ts';
import { releaseNamespace } from './rules/release-namespace.ts';
import { removedKey } from './rules/removed-key.ts';
import { repeatedKey } from './rules/repeated-key.ts';
import { scientificNotation } from './rules/scientific-notation.ts';
import { staleInlineManifest } from './rules/stale-inline-manifest.ts';
import { sysModuleCapability } from './rules/sys-module-capability.ts';
import { talosRefuses } from './rules/talos-refuses.ts';
import { twoCopies } from './rules/two-copies.ts';
import { twoOwners } from './rules/two-owners.ts';
import { unknowableSetting } from './rules/unknowable-setting.ts';
import { unknownKey } from './rules/unknown-key.ts';
import { unknownSyncOption } from './rules/unknown-sync-option.ts';
import { unpinnedVersion } from './rules/unpinned-version.ts';
import { untestedKubernetes } from './rules/untested-kubernetes.ts';
import { unusedAllowance } from './rules/unused-allowance.ts';
import { valueWithoutEffect } from './rules/value-without-effect.ts';
import { valuesFileMissing } from './rules/values-file-missing.ts';
import { valuesNestedForUmbrella } from './rules/values-nested-for-umbrella.ts';
import { variableInInlineManifest } from './rules/variable-in-inline-manifest.ts';
import { talosFindings } from './talos-refusals.ts';

/** The rules of one area, in the order of the documentation. */
export interface RuleArea {
  title: string;
  rules: readonly Rule[];
}

/** Every rule by area, in the order of the documentation. */
export const ruleAreas: readonly RuleArea[] = [
  {
    title: 'The version of the chart',
    rules: [unpinnedVersion, floatingCliImage, imageOfAnotherVersion, prereleaseVersion, untestedKubernetes, kubernetesBeyondTalos],
  },
  { title: 'Which release it is, and who owns it', rules: [releaseNamespace, releaseName, equalEvidence, twoOwners, twoCopies] },
  {
    title: 'The way to the API server',
    rules: [apiServerUnset, apiServerOnControlPlanesOnly, kubePrismElsewhere, kubePrismUnused, clusterInfoLookup],
  },
  {
    title: 'What Talos runs beside Cilium',
    rules: [
      flannelBesideCilium,
      kubeProxyMissing,
      kubeProxyBesideCilium,
      controlPlanesDiffer,
      talosRefuses,
      duplicateInlineManifest,
      manifestUnreadable,
      variableInInlineManifest,
    ],
  },
  {
    title: 'The datapath',
    rules: [
      nativeRoutingCidrMissing,
      nativeRoutingCidrTooSmall,
      poolOutsidePodSubnets,
      hostDnsMasquerade,
      kubeSpanNativeRouting,
      netkitWithTproxy,
      hostNetworkCutOff,
    ],
  },
  { title: 'What Talos grants', rules: [sysModuleCapability, privilegedAgent, cgroupMount, operatorReplicasPending] },
  { title: 'Gateway API and other definitions', rules: [gatewayApiDefinitions, apiNotServed] },
  { title: 'Certificates', rules: [hubbleCertificates, certificatesNeverRenewed, certificatesOfEachPlan, committedPrivateKey] },
  {
    title: 'Argo CD',
    rules: [
      automatedSync,
      cascadingDeletion,
      clientSideApply,
      unknownSyncOption,
      ciliumConfigIgnored,
      checksumAnnotationIgnored,
      identitiesNotExcluded,
      argocdSourceOverride,
      argocdReadsAnotherRevision,
      manifestGeneratePaths,
      argocdRefuses,
      kustomizeRefuses,
    ],
  },
  { title: 'The gate in Argo CD', rules: [gateMissing, gateWithoutPath, gateWithoutVersion] },
  { title: 'The hand-over from Talos to Argo CD', rules: [staleInlineManifest, jobAfterAdoption, omniFullManifest] },
  {
    title: 'Values',
    rules: [
      chartRefuses,
      refusedByNextMinor,
      valuesFileMissing,
      valuesNestedForUmbrella,
      unknownKey,
      removedKey,
      repeatedKey,
      valueWithoutEffect,
      extraConfigOverrides,
      agentFlagOverrides,
      scientificNotation,
      unknowableSetting,
    ],
  },
  { title: 'The configuration of cilium-align', rules: [expiredAllowance, unusedAllowance] },
];

/** Every rule. */
export const rules: readonly Rule[] = ruleAreas.flatMap((area) => area.rules);

/** The rule of an id; undefined where there is none. */
export function ruleOf(id: string): Rule | undefined {
  return rules.find((rule) => rule.id === id);
}

/** What the readers found broken beside the releases, for the judge to place. */
export interface Found {
  surroundings: Surroundings;
  findings: readonly Finding[];
}

/** Every broken rule of every cluster; what the readers found broken on the way comes first. One finding per id. */
export function judge(clusters: readonly AlignedCluster[], { surroundings, findings: unplaced }: Found): Finding[] {
  const findings = new Map<string, Finding>();
  const add = (finding: Finding) => {
    if (!findings.has(finding.id)) findings.set(finding.id, finding);
  };
  const only = clusters.length === 1 ? clusters[0]!.name : null;
  for (const finding of unplaced) add({ ...finding, cluster: finding.cluster ?? only });
  for (const cluster of clusters) {
    const read = [cluster.bootstrap?.declaration, cluster.argocd?.declaration].flatMap((side) => side?.findings ?? []);
    for (const finding of [...read, ...(cluster.talos ? talosFindings(cluster.talos) : [])]) add({ ...finding, cluster: cluster.name });
    for (const rule of rules) for (const fault of rule.judge?.(cluster, surroundings) ?? []) add(toFinding(rule, cluster.name, fault));
  }
  return [...findings.values()];
}
