import { chartDefaults, defaultHistory, isChartPath, sensitivityOf } from '../../cilium/charts.ts';
import type { EvaluatedRelease } from '../../evaluate/release.ts';
import type { Place } from '../../model.ts';
import { at, leavesOf } from '../../tree.ts';
import { nearest } from '../nearest.ts';
import { namesOf, sidesOf } from '../read-setting.ts';
import type { Fault, Rule } from '../rule.ts';

export const ignoredValue: Rule = {
  id: 'ignored-value',
  level: 'warning',
  title: 'The chart ignores a value',
  why: 'Helm accepts any key. A misspelt or removed one does nothing, so the cluster runs the default while the file says something else.',
  fix: 'Correct the key, or delete it where it was removed.',
  link: 'https://docs.cilium.io/en/stable/helm-reference/',
  judge(cluster) {
    const found = new Map<string, { sides: { release: EvaluatedRelease; side: string }[]; places: Place[] }>();
    for (const side of sidesOf(cluster)) {
      const { version, user } = side.release;
      if (version === null) continue;
      for (const [path, segments] of leavesOf(user)) {
        if (isChartPath(version, path)) continue;
        const seen = found.get(path) ?? { sides: [], places: [] };
        const node = at(user, segments);
        seen.sides.push(side);
        if (node) seen.places.push(node.place);
        found.set(path, seen);
      }
    }
    return group(found);
  },
};

/** Keys below one unknown map are one fault. */
function group(found: Map<string, { sides: { release: EvaluatedRelease; side: string }[]; places: Place[] }>): Fault[] {
  const faults: Fault[] = [];
  const told = new Set<string>();
  for (const [path, { sides, places }] of found) {
    const version = sides[0]!.release.version!;
    const root = unknownRoot(version, path);
    const key = `${root}|${sides.length}`;
    if (told.has(key)) continue;
    told.add(key);
    const setting = root === path || [...found.keys()].filter((p) => p.startsWith(`${root}.`)).length > 1 ? root : path;
    const last = defaultHistory(path).at(-1)?.last;
    const close = nearest(path, leavesOf(chartDefaults(version)).keys());
    const instead = close && close !== path ? `; ${close} is` : '';
    const removed = last !== undefined && sensitivityOf(path) !== undefined;
    faults.push({
      message: `\`${setting}\` is no key of Cilium's chart ${version}${removed ? ` any more (the last was ${last})` : instead}: ${namesOf(sides)} ${sides.length > 1 ? 'say' : 'says'} it and nothing happens.`,
      places,
      setting,
      fix: close && !removed ? `Write \`${close}\` instead of \`${setting}\`.` : `Delete \`${setting}\`.`,
    });
  }
  return faults;
}

/** The shortest prefix of a path that the chart does not know. */
function unknownRoot(version: string, path: string): string {
  const segments = path.split('.');
  for (let i = 1; i < segments.length; i++) {
    const prefix = segments.slice(0, i).join('.');
    if (!isChartPath(version, prefix)) return prefix;
  }
  return path;
}
