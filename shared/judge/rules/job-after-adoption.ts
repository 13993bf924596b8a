import { application, jobPatch, omniTemplate, THROUGH_KUBEPRISM } from '../example.ts';
import { talosMinor } from '../read-setting.ts';
import type { Rule } from '../rule.ts';

const argocd = application(THROUGH_KUBEPRISM);

export const jobAfterAdoption: Rule = {
  id: 'job-after-adoption',
  level: 'note',
  title: 'The install Job stays in the machine configuration',
  why: 'A finished Job does nothing, but it cannot be changed either: with another image or other flags `talosctl upgrade-k8s` fails on it. With `ttlSecondsAfterFinished` it disappears, Talos creates it again, and `cilium install` runs against a Cilium that Argo CD owns; that is a warning.',
  fix: 'Once Argo CD owns Cilium, remove the Job from the machine configuration of running clusters, or keep it for new ones only.',
  link: 'https://github.com/siderolabs/talos/issues/11603',
  examples: {
    passing: { 'omni/cluster.yaml': omniTemplate(), 'omni/patches/cilium.yaml': jobPatch() },
    failing: { 'omni/cluster.yaml': omniTemplate(), 'omni/patches/cilium.yaml': jobPatch(), 'argocd/cilium.yaml': argocd },
  },
  judge(cluster) {
    const declaration = cluster.bootstrap?.declaration;
    if (!declaration?.inMachineConfiguration || declaration.form !== 'cilium-cli-job' || !declaration.job || !cluster.argocd) return [];
    const { ttl, place } = declaration.job;
    const minor = talosMinor(cluster.talos);
    if (!ttl)
      return [
        {
          message:
            'The Job has no ttlSecondsAfterFinished and stays in the inline manifests: once its image or flags change here, `talosctl upgrade-k8s` fails on it, because a Job cannot be changed.',
          places: [place],
          setting: 'job',
        },
      ];
    const when =
      minor === undefined
        ? 'the next `talosctl upgrade-k8s`, or up to Talos 1.12 the next start of a control plane,'
        : minor <= 12
          ? 'the next start of a control plane'
          : 'the next `talosctl upgrade-k8s`';
    return [
      {
        message: `The Job disappears once it has finished (ttlSecondsAfterFinished) and stays in the inline manifests: ${when} creates it again, and \`cilium install\` meets a Cilium that Argo CD owns.`,
        places: [ttl.place, place],
        setting: 'job',
        level: 'warning',
        fix: jobAfterAdoption.fix,
      },
    ];
  },
};
