import type { EvaluatedRelease } from '../../evaluate/release.ts';
import { application, talconfig } from '../example.ts';
import { settingPlace, settingValue } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { ifAllSides, namesAtStart, namesOf, verb } from '../sides.ts';
import { misspellingOf } from '../unknown-keys.ts';

const MOUNT = 'cgroup.autoMount.enabled';
const ROOT = 'cgroup.hostRoot';

export const cgroupMount: Rule = {
  id: 'cgroup-mount',
  level: 'warning',
  title: 'Cilium does not use the cgroup file system that Talos mounts',
  why: 'Talos has mounted cgroup v2 at /sys/fs/cgroup. A second mount needs what Talos does not grant; with neither mount nor the right path the socket load balancer attaches to nothing. Where the sides differ, the table says so, as an error.',
  fix: 'Write `cgroup.autoMount.enabled: false` and `cgroup.hostRoot: /sys/fs/cgroup`.',
  link: 'https://docs.siderolabs.com/kubernetes-guides/cni/deploying-cilium',
  examples: {
    passing: {
      'argocd/cilium.yaml': application('cgroup:\n  autoMount:\n    enabled: false\n  hostRoot: /sys/fs/cgroup'),
      'talos/talconfig.yaml': talconfig(),
    },
    failing: { 'argocd/cilium.yaml': application('cgroup:\n  hostRoot: /sys/fs/cgroup'), 'talos/talconfig.yaml': talconfig() },
  },
  judge(cluster) {
    if (!cluster.talos) return [];
    const mounting = ifAllSides(cluster, (release) => settingValue(release, MOUNT) === 'true');
    const misspelt = misspellingOf(cluster, MOUNT);
    const rooted = mounting.every(({ release }) => rootOf(release) === '/sys/fs/cgroup');
    if (mounting.length > 0)
      return [
        {
          message: `${misspelt ? `\`${misspelt.path}\` is no key of the chart and does nothing: ` : ''}${misspelt ? namesOf(mounting) : namesAtStart(mounting)} ${verb(mounting, 'lets', 'let')} Cilium mount cgroup v2 itself, which Talos has mounted already.`,
          places: misspelt ? misspelt.places : mounting.map(({ release }) => settingPlace(release, MOUNT)),
          setting: MOUNT,
          fix: misspelt
            ? `Write \`${MOUNT}\` instead of \`${misspelt.path}\`.`
            : rooted
              ? `Write \`${MOUNT}: false\`; \`${ROOT}\` is right already.`
              : cgroupMount.fix,
        },
      ];
    const astray = ifAllSides(
      cluster,
      (release) => settingValue(release, MOUNT) === 'false' && !['', '/sys/fs/cgroup'].includes(rootOf(release)),
    );
    const first = astray[0];
    if (!first) return [];
    return [
      {
        message: `\`${ROOT}\` of ${namesOf(astray)} is ${settingValue(first.release, ROOT)}; Talos mounts cgroup v2 at /sys/fs/cgroup.`,
        places: astray.map(({ release }) => settingPlace(release, ROOT)),
        setting: ROOT,
        fix: `Write \`${ROOT}: /sys/fs/cgroup\`.`,
      },
    ];
  },
};

function rootOf(release: EvaluatedRelease): string {
  return (settingValue(release, ROOT) ?? '').replace(/\/$/, '');
}
