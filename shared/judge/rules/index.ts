import type { Rule } from '../rule.ts';
import { agentFlagOverrides } from './agent-flag-overrides.ts';
import { apiNotServed } from './api-not-served.ts';
import { apiServerOnControlPlanesOnly } from './api-server-on-control-planes-only.ts';
import { apiServerUnset } from './api-server-unset.ts';
import { argocdReadsAnotherRevision } from './argocd-reads-another-revision.ts';
import { argocdRefuses } from './argocd-refuses.ts';
import { argocdSourceOverride } from './argocd-source-override.ts';
import { automatedSync } from './automated-sync.ts';
import { cascadingDeletion } from './cascading-deletion.ts';
import { certificatesNeverRenewed } from './certificates-never-renewed.ts';
import { certificatesOfEachPlan } from './certificates-of-each-plan.ts';
import { cgroupMount } from './cgroup-mount.ts';
import { chartRefuses } from './chart-refuses.ts';
import { checksumAnnotationIgnored } from './checksum-annotation-ignored.ts';
import { ciliumConfigIgnored } from './cilium-config-ignored.ts';
import { clientSideApply } from './client-side-apply.ts';
import { clusterInfoLookup } from './cluster-info-lookup.ts';
import { committedPrivateKey } from './committed-private-key.ts';
import { controlPlanesDiffer } from './control-planes-differ.ts';
import { duplicateInlineManifest } from './duplicate-inline-manifest.ts';
import { equalEvidence } from './equal-evidence.ts';
import { expiredAllowance } from './expired-allowance.ts';
import { extraConfigOverrides } from './extra-config-overrides.ts';
import { flannelBesideCilium } from './flannel-beside-cilium.ts';
import { floatingCliImage } from './floating-cli-image.ts';
import { gateMissing } from './gate-missing.ts';
import { gateWithoutPath } from './gate-without-path.ts';
import { gateWithoutVersion } from './gate-without-version.ts';
import { gatewayApiDefinitions } from './gateway-api-definitions.ts';
import { hostDnsMasquerade } from './host-dns-masquerade.ts';
import { hostNetworkCutOff } from './host-network-cut-off.ts';
import { hubbleCertificates } from './hubble-certificates.ts';
import { identitiesNotExcluded } from './identities-not-excluded.ts';
import { imageOfAnotherVersion } from './image-of-another-version.ts';
import { jobAfterAdoption } from './job-after-adoption.ts';
import { kubeProxyBesideCilium } from './kube-proxy-beside-cilium.ts';
import { kubeProxyMissing } from './kube-proxy-missing.ts';
import { kubePrismElsewhere } from './kubeprism-elsewhere.ts';
import { kubePrismUnused } from './kubeprism-unused.ts';
import { kubernetesBeyondTalos } from './kubernetes-beyond-talos.ts';
import { kubeSpanNativeRouting } from './kubespan-native-routing.ts';
import { kustomizeRefuses } from './kustomize-refuses.ts';
import { manifestGeneratePaths } from './manifest-generate-paths.ts';
import { manifestUnreadable } from './manifest-unreadable.ts';
import { nativeRoutingCidrMissing } from './native-routing-cidr-missing.ts';
import { nativeRoutingCidrTooSmall } from './native-routing-cidr-too-small.ts';
import { netkitWithTproxy } from './netkit-with-tproxy.ts';
import { omniFullManifest } from './omni-full-manifest.ts';
import { operatorReplicasPending } from './operator-replicas-pending.ts';
import { poolOutsidePodSubnets } from './pool-outside-pod-subnets.ts';
import { prereleaseVersion } from './prerelease-version.ts';
import { privilegedAgent } from './privileged-agent.ts';
import { refusedByNextMinor } from './refused-by-next-minor.ts';
import { releaseName } from './release-name.ts';
import { releaseNamespace } from './release-namespace.ts';
import { removedKey } from './removed-key.ts';
import { repeatedKey } from './repeated-key.ts';
import { scientificNotation } from './scientific-notation.ts';
import { staleInlineManifest } from './stale-inline-manifest.ts';
import { sysModuleCapability } from './sys-module-capability.ts';
import { talosRefuses } from './talos-refuses.ts';
import { twoCopies } from './two-copies.ts';
import { twoOwners } from './two-owners.ts';
import { unknowableSetting } from './unknowable-setting.ts';
import { unknownKey } from './unknown-key.ts';
import { unknownSyncOption } from './unknown-sync-option.ts';
import { unpinnedVersion } from './unpinned-version.ts';
import { untestedKubernetes } from './untested-kubernetes.ts';
import { unusedAllowance } from './unused-allowance.ts';
import { valueWithoutEffect } from './value-without-effect.ts';
import { valuesFileMissing } from './values-file-missing.ts';
import { valuesNestedForUmbrella } from './values-nested-for-umbrella.ts';
import { variableInInlineManifest } from './variable-in-inline-manifest.ts';

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
