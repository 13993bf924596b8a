import { namesOf, settingPlace, settingValue, sidesOf } from '../read-setting.ts';
import type { Fault, Rule } from '../rule.ts';

/** What Talos's documentation asks for, and how one sees that it is missing. */
const ASKED: { path: string; missing: (value: string) => boolean; says: string; write: string }[] = [
  { path: 'cgroup.autoMount.enabled', missing: (v) => v === 'true', says: 'lets Cilium mount cgroup v2 itself, which Talos has mounted already', write: 'cgroup.autoMount.enabled: false, cgroup.hostRoot: /sys/fs/cgroup' },
  { path: 'securityContext.capabilities.ciliumAgent', missing: (v) => v.includes('SYS_MODULE'), says: 'asks for SYS_MODULE, which Talos grants to nobody: the agent does not start', write: 'securityContext.capabilities.ciliumAgent: [CHOWN, KILL, NET_ADMIN, NET_RAW, IPC_LOCK, SYS_ADMIN, SYS_RESOURCE, DAC_OVERRIDE, FOWNER, SETGID, SETUID]' },
  { path: 'securityContext.capabilities.cleanCiliumState', missing: (v) => v.includes('SYS_MODULE'), says: 'asks for SYS_MODULE, which Talos grants to nobody: the init container does not start', write: 'securityContext.capabilities.cleanCiliumState: [NET_ADMIN, SYS_ADMIN, SYS_RESOURCE]' },
];

export const talosPrivileges: Rule = {
  id: 'talos-privileges',
  level: 'warning',
  title: 'Values that Talos asks for are missing',
  why: 'Talos loads no kernel modules for containers and mounts cgroup v2 itself; the chart\'s defaults expect neither.',
  fix: 'Write the values of Talos\'s guide on both sides.',
  link: 'https://docs.siderolabs.com/kubernetes-guides/cni/deploying-cilium',
  judge(cluster) {
    if (!cluster.talos) return [];
    const sides = sidesOf(cluster);
    const faults: Fault[] = [];
    for (const { path, missing, says, write } of ASKED) {
      const lacking = sides.filter(({ release }) => {
        const value = settingValue(release, path);
        return value !== undefined && missing(value);
      });
      // Where only one side lacks it, the table has the row.
      if (lacking.length === 0 || lacking.length < sides.length) continue;
      faults.push({ message: `\`${path}\` on ${namesOf(lacking)} ${says}.`, places: lacking.map(({ release }) => settingPlace(release, path)), setting: path, fix: `Write \`${write}\`.` });
    }
    return faults;
  },
};
