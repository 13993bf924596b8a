import { describe, expect, test } from 'vitest';
import { type RecordedCase, readRecording, repositoryOf } from '../../../test/argocd/recorded.ts';
import { wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { Mapping } from '../../model.ts';
import { toPlain } from '../../tree.ts';
import { applicationsOf } from './application-set.ts';
import type { ClusterSecret } from './generators/params.ts';
import { canonicalUrl } from './this-repository.ts';

const recording = readRecording();
const cases = recording.cases.filter((c) => c.applicationSet !== undefined);

/** What one working tree cannot show: projects, clusters and revisions that do not exist, and a flag of the controller. */
const NOT_IN_GIT = new Set([
  'list: unknown project',
  'list: unknown destination',
  'git files: * crosses / [--enable-new-git-file-globbing]',
  'git files: clusters/**/config.yaml [--enable-new-git-file-globbing]',
  'git files: a directory as path takes every file below it [--enable-new-git-file-globbing]',
  'git files: exclude [--enable-new-git-file-globbing]',
  'git files: {a,b} braces [--enable-new-git-file-globbing]',
  'git files: **/config.yaml does not match a file in the root [--enable-new-git-file-globbing]',
  'git files: *.yaml matches at every depth [--enable-new-git-file-globbing]',
]);
/** Another revision than the one that lies here: what lies here is read, and that is said. */
const OTHER_REVISION = new Set(['git directories: revision that does not exist']);

function clustersOf(recorded: RecordedCase): ClusterSecret[] {
  return (recorded.clusterSecrets ?? []).map((secret) => ({
    name: secret.name,
    server: secret.server,
    labels: new Map(Object.entries({ 'argocd.argoproj.io/secret-type': 'cluster', ...secret.labels })),
    annotations: new Map(Object.entries(secret.annotations ?? {})),
    place: { file: 'cluster.yaml', line: 1, column: 1 },
  }));
}

function applications(recorded: RecordedCase) {
  const text = recorded.applicationSet as string;
  const set = parseYaml(wholeFile('set.yaml', text), { templates: false }).documents[0]!.tree as Mapping;
  const made = applicationsOf(set, {
    repository: repositoryOf(recording, recorded),
    here: {
      rootOf: (url) => (canonicalUrl(url) === 'git.example/repo' ? '' : undefined),
      doubt: () => undefined,
      otherRevision: (revision) => (revision === undefined || ['', 'main', 'HEAD'].includes(revision) ? undefined : revision),
    },
    clusters: clustersOf(recorded),
  });
  const plain = made.applications.map(({ tree }) => {
    const { metadata, spec } = toPlain(tree) as { metadata: Record<string, unknown>; spec: Record<string, unknown> };
    const known = ['destination', 'project', 'source', 'sources', 'syncPolicy', 'ignoreDifferences', 'info', 'revisionHistoryLimit'];
    return {
      name: metadata.name,
      ...Object.fromEntries(['labels', 'annotations'].flatMap((key) => (metadata[key] ? [[key, metadata[key]]] : []))),
      ...Object.fromEntries(known.flatMap((key) => (spec[key] ? [[key, spec[key]]] : []))),
    };
  });
  return { ...made, plain: plain.sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1)) };
}

describe('Argo CD 3.5.3', () => {
  test.each(cases.map((c) => [c.name, c] as const))('%s', (name, recorded) => {
    const made = applications(recorded);
    if (NOT_IN_GIT.has(name)) {
      expect(made.faults).toEqual([]);
      return;
    }
    expect(made.revisions.length > 0).toBe(OTHER_REVISION.has(name));
    if (OTHER_REVISION.has(name)) return;
    if (recorded.error) expect(made.faults.length).toBeGreaterThan(0);
    else expect(made.faults.map((f) => f.message)).toEqual([]);
    expect(made.plain).toEqual([...(recorded.applications ?? [])].sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1)));
  });
});
