import { describe, expect, test } from 'vitest';
import { type RecordedCase, readRecording, repositoryOf } from '../../../test/argocd/recorded.ts';
import { valuesOf } from '../../../test/argocd/values.ts';
import { wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import { readApplication } from './application.ts';
import type { RenderContext } from './rendered.ts';
import { renderApplication } from './sources.ts';
import { canonicalUrl } from './this-repository.ts';

const recording = readRecording();
const cases = recording.cases.filter((c) => c.application !== undefined);

/** What one working tree cannot show, and what the reader says instead; `seen`: it reads what is here in its place and says so. */
const NOT_IN_GIT: Record<string, string> = {
  'helm: valueFiles: remote http URL': 'it is a remote file, which is not in Git',
  'helm: valueFiles: remote URL that does not exist': 'it is a remote file, which is not in Git',
  'helm: valueFiles: remote URL that does not exist, ignoreMissingValueFiles': 'it is a remote file, which is not in Git',
  'helm: valueFiles: remote URL when helm.valuesFileSchemes is only https': 'it is a remote file, which is not in Git',
  'helm: targetRevision: range': 'no version',
  'helm: targetRevision: *': 'no version',
  'helm: targetRevision: >=1.18.0 <1.19.0': 'no version',
  'helm: targetRevision: ~1.18.1': 'no version',
  'helm: targetRevision: ^1.18': 'no version',
  'helm: targetRevision: 1.18 (a partial version)': 'no version',
  'helm: targetRevision: >=1.20.0-0 takes a pre-release': 'no version',
  'helm: targetRevision: unknown version': 'chart 9.9.9 does not exist',
  'multi-source: two refs to two repositories': 'it lies in another repository, https://git.example/other.git',
  'multi-source: chart in Git and a ref to another repository': 'it lies in another repository, https://git.example/other.git',
  "multi-source: chart in Git: plain and ../ paths stay in the chart's own repository":
    'it lies in another repository, https://git.example/other.git',
  'multi-source: a ref to a Helm repository without chart': 'it lies in another repository, https://charts.example',
  'umbrella: umbrella: version range': 'no version',
  'umbrella: umbrella: unknown version': 'chart 9.9.9 does not exist',
};

/** Another revision than the one that lies here: what lies here is read, and that is said. */
const OTHER_REVISION = new Set([
  'helm: branch as targetRevision',
  'helm: unknown branch',
  'multi-source: two refs to one repository at two revisions: both files come from the revision of the ref used first, silently',
  'multi-source: two refs to one repository at two revisions, of which one is used',
  'multi-source: two refs to one repository at two revisions, the other one used first',
  'multi-source: ref at another branch, chart from a chart repository',
]);

/** Refused for what no values reader looks at: settings of the installation, a link that a checkout does not have, a schema of the umbrella's own. */
const OTHERWISE_REFUSED = new Set([
  'helm: valueFiles: a symlink that leaves the repository refuses the whole repository',
  'helm: valueFiles: secrets:// without that scheme being allowed',
  'kustomize: Argo CD: without kustomize.buildOptions',
  'umbrella: umbrella: values.schema.json of the umbrella refuses',
]);

function render(recorded: RecordedCase) {
  const repository = repositoryOf(recording, recorded, { 'application.yaml': recorded.application as string });
  const context: RenderContext = {
    repository,
    here: {
      rootOf: (url) => (canonicalUrl(url) === 'git.example/repo' ? '' : undefined),
      doubt: () => undefined,
      otherRevision: (revision) => (revision === undefined || revision === 'main' || revision === 'HEAD' ? undefined : 'another revision'),
    },
    anyFile: recorded.kustomizeBuildOptions?.includes('LoadRestrictionsNone') === true,
    plugin: () => undefined,
  };
  const tree = parseYaml(wholeFile('application.yaml', recorded.application as string), { templates: false }).documents[0]!.tree;
  const rendered = renderApplication(readApplication(tree)!, context);
  return { rendered, found: rendered.releases.map((release) => ({ release, ...valuesOf(recording, repository, release) })) };
}

describe('Argo CD 3.5.3', () => {
  test.each(cases.map((c) => [`${c.area}: ${c.name}`, c] as const))('%s', (name, recorded) => {
    const { rendered, found } = render(recorded);
    if (name in NOT_IN_GIT) {
      expect(found.map((f) => f.opaque ?? '')).toEqual([NOT_IN_GIT[name]]);
      return;
    }
    if (OTHER_REVISION.has(name)) {
      expect(rendered.revisions.length).toBeGreaterThan(0);
      return;
    }
    if (OTHERWISE_REFUSED.has(name)) {
      expect(recorded.error).toBe(true);
      return;
    }
    expect(rendered.revisions).toEqual([]);
    if (recorded.error) {
      expect(rendered.faults.length + found.filter((f) => f.problems.length > 0).length).toBeGreaterThan(0);
      return;
    }
    expect(rendered.faults.map((f) => f.message)).toEqual([]);
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
