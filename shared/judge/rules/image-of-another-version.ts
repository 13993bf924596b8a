import semver from 'semver';
import { knownVersion } from '../../cilium/charts.ts';
import type { EvaluatedRelease } from '../../evaluate/release.ts';
import { at } from '../../tree.ts';
import { inlinePatch, omniTemplate, renderedManifest } from '../example.ts';
import type { Rule } from '../rule.ts';
import { isRowOfTable, sidesOf } from '../sides.ts';

const AGENT = 'image.cilium.cilium-agent';
const TAGS = ['image.override', 'image.tag'];

export const imageOfAnotherVersion: Rule = {
  id: 'image-of-another-version',
  level: 'warning',
  title: "The agent's image is of another version than its chart",
  why: "The chart's templates and the agent's options belong together. A rendered manifest of which a bot bumped the image alone runs a version that nobody rendered for.",
  fix: 'Render the manifest again with the chart of that version, or leave `image.tag` to the chart.',
  link: 'https://docs.cilium.io/en/stable/operations/upgrade/',
  examples: {
    passing: { 'omni/cluster.yaml': omniTemplate(), 'omni/patches/cilium.yaml': inlinePatch(renderedManifest()) },
    failing: { 'omni/cluster.yaml': omniTemplate(), 'omni/patches/cilium.yaml': inlinePatch(renderedManifest({ image: '1.19.4' })) },
  },
  judge(cluster) {
    return sidesOf(cluster).flatMap(({ release, name }) => {
      const image = release.facts.get(AGENT);
      const tag = tagOf(release);
      const chart = release.declaration.chartVersion;
      // A tag that nobody wrote is the chart's own, or that of the chart which was judged instead.
      const written =
        release.declaration.facts !== undefined
          ? image
          : TAGS.map((path) => at(release.user, path)).find((node) => node?.kind === 'scalar' && node.value !== null);
      if (!image || !written || !tag || chart === null || tag === chart || tag === knownVersion(chart)?.version) return [];
      if (isRowOfTable(cluster, 'image.tag')) return [];
      return [
        {
          message: `The agent of ${name} is of version ${tag}, the chart that it was made with is ${chart}.`,
          places: [written.place, release.declaration.chartVersionPlace ?? release.declaration.place],
          setting: 'image.tag',
          fix: release.declaration.facts
            ? `Render the manifest again with chart ${tag}.`
            : 'Remove `image.tag`, or take the chart of that version.',
        },
      ];
    });
  },
};

function tagOf({ facts }: EvaluatedRelease): string | undefined {
  const image = facts.get(AGENT);
  if (!image || image.opaque) return undefined;
  const tag = /:v?([^/:@]+)(?:@.*)?$/.exec(image.value)?.[1];
  return semver.valid(tag ?? '') ?? undefined;
}
