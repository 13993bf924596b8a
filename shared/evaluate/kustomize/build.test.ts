import { describe, expect, test } from 'vitest';
import { readRecording, repositoryOf } from '../../../test/argocd/recorded.ts';
import { valuesOf } from '../../../test/argocd/values.ts';
import { buildKustomization } from './build.ts';

const recording = readRecording();
const cases = recording.cases.filter((c) => c.kustomization !== undefined);

/** What a repository cannot show: the newest release of a chart, what a URL answers, whether a chart exists. */
const NOT_IN_GIT: Record<string, string> = {
  'helmCharts: valuesFile from http': 'it is a remote file, which is not in Git',
  'helmCharts: no version: the newest release': 'no version',
  'helmCharts: version range': 'no version',
  'helmCharts: devel takes a pre-release': 'no version',
  'helmCharts: unknown version': 'chart 9.9.9 does not exist',
};

describe('kustomize 5.8.1', () => {
  test.each(cases.map((c) => [c.name, c] as const))('%s', (name, recorded) => {
    const repository = repositoryOf(recording, recorded);
    const build = buildKustomization(repository, recorded.kustomization as string, {
      anyFile: recorded.args?.includes('LoadRestrictionsNone') === true,
    });
    const found = build.releases.map((release) => ({ release, ...valuesOf(recording, repository, release) }));
    if (name in NOT_IN_GIT) {
      expect(found.map((f) => f.opaque)).toEqual([NOT_IN_GIT[name]]);
      return;
    }
    if (recorded.error) {
      expect(build.faults.length + found.filter((f) => f.problems.length > 0).length).toBeGreaterThan(0);
      return;
    }
    expect(build.faults.map((f) => f.message)).toEqual([]);
    expect(
      found.map(({ release, values, opaque }) => ({
        name: release.name,
        namespace: release.namespace,
        version: release.chartVersion,
        values: values ?? opaque,
      })),
    ).toEqual(recorded.releases!.map(({ name, namespace, version, values }) => ({ name, namespace, version, values })));
    for (const [i, { patched }] of recorded.releases!.entries()) if (patched) expect(found[i]!.release.hidden?.length).toBeGreaterThan(0);
  });
});
