import semver from 'semver';
import { application } from '../example.ts';
import type { Rule } from '../rule.ts';
import { sidesOf } from '../sides.ts';

export const prereleaseVersion: Rule = {
  id: 'prerelease-version',
  level: 'note',
  title: 'A pre-release of Cilium is installed',
  why: 'Pre-releases are for trying out: there is no tested way from one to the next, nor back, and `1.20.0-rc.0` is older than `1.20.0`.',
  fix: 'Take the release.',
  link: 'https://docs.cilium.io/en/stable/contributing/release/',
  examples: {
    passing: { 'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes') },
    failing: { 'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes', { version: '1.19.0-pre.0' }) },
  },
  judge(cluster) {
    const early = sidesOf(cluster).filter(({ release }) => semver.prerelease(release.declaration.chartVersion ?? '') !== null);
    const first = early[0];
    if (!first) return [];
    const versions = [...new Set(early.map(({ release }) => release.declaration.chartVersion))];
    return [
      {
        message: `${versions.join(' and ')} ${versions.length > 1 ? 'are pre-releases' : 'is a pre-release'} of Cilium.`,
        places: early.map(({ release: { declaration } }) => declaration.chartVersionPlace ?? declaration.place),
        setting: 'version',
      },
    ];
  },
};
