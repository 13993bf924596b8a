import examples from '@octokit/webhooks-examples' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import { pullRequestOf, subjectOf } from './event.ts';

interface Example {
  name: string;
  examples: unknown[];
}

const payloads = (name: string) => (examples as unknown as Example[]).find((event) => event.name === name)?.examples ?? [];
const sha = 'a'.repeat(40);

describe('subjectOf', () => {
  it.each(payloads('pull_request').map((payload, i) => [i, payload]))("reads GitHub's own pull_request %i", (_, payload) => {
    const subject = subjectOf('pull_request', payload, undefined, undefined);
    expect(subject.kind).toBe('pull-request');
    if (subject.kind !== 'pull-request') return;
    const { number, head, base } = (payload as { pull_request: { number: number; head: { sha: string }; base: { ref: string } } })
      .pull_request;
    expect(subject.pullRequest).toMatchObject({ number, headSha: head.sha, baseRef: base.ref });
  });

  it.each(payloads('merge_group').map((payload, i) => [i, payload]))("reads GitHub's own merge_group %i", (_, payload) => {
    expect(subjectOf('merge_group', payload, undefined, undefined)).toEqual({
      kind: 'merge-group',
      base: (payload as { merge_group: { base_sha: string } }).merge_group.base_sha,
    });
  });

  it.each(payloads('push').map((payload, i) => [i, payload]))("reads GitHub's own push %i", (_, payload) => {
    const { before } = payload as { before: string };
    expect(subjectOf('push', payload, undefined, undefined)).toEqual({ kind: 'push', before: /^0+$/.test(before) ? undefined : before });
  });

  it.each(payloads('workflow_run').map((payload, i) => [i, payload]))("reads GitHub's own workflow_run %i", (_, payload) => {
    const { event, head_sha, head_branch, head_repository } = (
      payload as { workflow_run: { event: string; head_sha: string; head_branch: string; head_repository: { owner: { login: string } } } }
    ).workflow_run;
    expect(subjectOf('workflow_run', payload, undefined, undefined)).toEqual(
      event === 'pull_request'
        ? { kind: 'followed-pull-request', number: undefined, headSha: head_sha, head: `${head_repository.owner.login}:${head_branch}` }
        : { kind: 'state' },
    );
  });

  it('takes a pull request whose repository is gone for a fork, and one of this repository for none', () => {
    const pull = (head: unknown) => ({ number: 1, head: { sha, repo: head }, base: { sha, ref: 'main', repo: { full_name: 'a/b' } } });
    expect(pullRequestOf(pull(null))?.fork).toBe(true);
    expect(pullRequestOf(pull({ full_name: 'x/b' }))?.fork).toBe(true);
    expect(pullRequestOf(pull({ full_name: 'a/b' }))?.fork).toBe(false);
  });

  it('never takes a pull request for something that nobody proposes', () => {
    const unsaid = { headSha: undefined, baseSha: undefined, baseRef: undefined, fork: true };
    expect(subjectOf('pull_request', null, 'refs/pull/12/merge', undefined)).toEqual({
      kind: 'pull-request',
      pullRequest: { number: 12, ...unsaid },
    });
    for (const ref of [undefined, 'refs/heads/main', 'refs/pull/x/merge'])
      expect(subjectOf('pull_request', {}, ref, undefined)).toEqual({ kind: 'pull-request', pullRequest: undefined });
  });

  it('never takes a comment on an issue for one on a pull request', () => {
    expect(subjectOf('issue_comment', { issue: { number: 3 } }, undefined, undefined)).toEqual({ kind: 'state' });
    expect(subjectOf('issue_comment', { issue: { number: 3, pull_request: {} } }, undefined, undefined)).toMatchObject({ number: 3 });
    expect(subjectOf('workflow_dispatch', {}, undefined, 9)).toMatchObject({ kind: 'followed-pull-request', number: 9 });
  });

  it('lets no payload lead it elsewhere: hashes are hashes, numbers are numbers', () => {
    const hostile = ['--upload-pack=x', 'main', 'A'.repeat(40), `${sha}\n`, 7, null, {}, [], '__proto__'];
    for (const value of hostile) {
      const pull = { number: 1, head: { sha: value, repo: value }, base: { sha: value, ref: value, repo: value } };
      const subject = subjectOf('pull_request', { pull_request: pull }, undefined, undefined);
      expect(subject.kind === 'pull-request' && [subject.pullRequest?.headSha, subject.pullRequest?.baseSha]).toEqual([
        undefined,
        undefined,
      ]);
      expect(subjectOf('push', { before: value }, undefined, undefined)).toEqual({ kind: 'push', before: undefined });
      expect(subjectOf('merge_group', { merge_group: { base_sha: value } }, undefined, undefined)).toEqual({
        kind: 'merge-group',
        base: undefined,
      });
    }
    for (const number of [0, -1, 1.5, '1', Number.NaN, 1e300]) expect(pullRequestOf({ number })).toBeUndefined();
  });

  it('survives every payload with any part of it missing', () => {
    for (const { name, examples: some } of examples as unknown as Example[]) {
      if (!['pull_request', 'push', 'merge_group', 'workflow_run', 'issue_comment', 'check_run'].includes(name)) continue;
      for (const payload of some)
        for (const part of partsOf(payload)) expect(() => subjectOf(name, part, undefined, undefined)).not.toThrow();
    }
    for (const nothing of [undefined, null, 1, 'x', [], true])
      expect(() => subjectOf('pull_request', nothing, undefined, undefined)).not.toThrow();
  });
});

/** The payload once without each of its fields of the two outer levels, and once with each of them null. */
function* partsOf(payload: unknown): Generator<unknown> {
  if (typeof payload !== 'object' || payload === null) return;
  for (const [key, value] of Object.entries(payload)) {
    const { [key]: _, ...rest } = payload as Record<string, unknown>;
    yield rest;
    yield { ...rest, [key]: null };
    if (typeof value !== 'object' || value === null) continue;
    for (const inner of Object.keys(value)) {
      const { [inner]: __, ...others } = value as Record<string, unknown>;
      yield { ...rest, [key]: others };
      yield { ...rest, [key]: { ...others, [inner]: 'x' } };
    }
  }
}
