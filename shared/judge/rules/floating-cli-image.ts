import { jobPatch, omniTemplate } from '../example.ts';
import type { Rule } from '../rule.ts';

export const floatingCliImage: Rule = {
  id: 'floating-cli-image',
  level: 'warning',
  title: 'The image that installs Cilium floats',
  why: 'A later cilium-cli has other implicit values and may refuse an older chart: a rebuilt cluster is not the cluster that was built.',
  fix: 'Pin the tag of the cilium-cli image.',
  link: 'https://github.com/cilium/cilium-cli#releases',
  examples: {
    passing: { 'omni/cluster.yaml': omniTemplate(), 'omni/patches/cilium.yaml': jobPatch() },
    failing: { 'omni/cluster.yaml': omniTemplate(), 'omni/patches/cilium.yaml': jobPatch({ image: 'quay.io/cilium/cilium-cli:latest' }) },
  },
  judge({ bootstrap }) {
    const installer = bootstrap?.declaration.installerImage;
    // Where the image also decides the version of the chart, that is the finding.
    if (!installer || bootstrap?.declaration.chartVersion === null || !floats(installer.image)) return [];
    return [
      {
        message: `The bootstrap's Job runs ${installer.image}, whatever that is on the day.`,
        places: [installer.place],
        setting: 'installerImage',
        fix: floatingCliImage.fix,
      },
    ];
  },
};

function floats(image: string): boolean {
  if (image.includes('@')) return false;
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest';
}
