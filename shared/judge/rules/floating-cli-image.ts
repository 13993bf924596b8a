import type { Rule } from '../rule.ts';

export const floatingCliImage: Rule = {
  id: 'floating-cli-image',
  level: 'warning',
  title: 'The image that installs Cilium floats',
  why: 'A later cilium-cli has another default chart version and other implicit values, and may refuse an older chart: a rebuilt cluster is not the cluster that was built.',
  fix: 'Pin the tag of the cilium-cli image.',
  link: 'https://github.com/cilium/cilium-cli#releases',
  judge({ bootstrap }) {
    const installer = bootstrap?.declaration.installerImage;
    if (!installer || !/^[^@]*?(?::latest)?$/.test(installer.image) || /:(?!latest$)[^/:]+$/.test(installer.image)) return [];
    return [{ message: `The bootstrap Job runs ${installer.image}, whatever that is on the day.`, places: [installer.place], setting: 'installerImage', fix: floatingCliImage.fix }];
  },
};
