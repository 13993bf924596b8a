import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exchange, type GitHub, startGitHub } from './github.ts';
import { faultsOf } from './openapi.ts';

const comment: Exchange = {
  method: 'POST',
  path: '/repos/octocat/infra/issues/1/comments',
  query: '',
  who: 'github-actions[bot]',
  requestHeaders: {},
  requestBody: { body: 'text' },
  status: 403,
  responseHeaders: {},
  responseBody: undefined,
  injected: false,
  at: 0,
  took: 0,
};
const list: Exchange = { ...comment, method: 'GET', query: '?per_page=100&page=2', requestBody: undefined };

describe('GitHub’s description', () => {
  it('allows what is right', () => {
    expect([...faultsOf(comment), ...faultsOf(list)]).toEqual([]);
  });

  it.each<[string, Partial<Exchange>, RegExp]>([
    ['a body without text', { ...comment, requestBody: {} }, /required property 'body'/],
    ['a body of another type', { ...comment, requestBody: { body: 1 } }, /must be string/],
    ['a key that nobody knows', { ...comment, requestBody: { body: '', boddy: '' } }, /unknown key boddy/],
    ['a misspelt parameter', { ...list, query: '?perpage=100' }, /unknown query parameter perpage/],
    ['a parameter of another type', { ...list, query: '?per_page=many' }, /per_page is many/],
    ['a number that is none', { ...list, path: '/repos/octocat/infra/issues/one/comments' }, /issue_number is one/],
    ['another method', { ...comment, method: 'PUT' }, /no such request/],
    ['an address that does not exist', { ...list, path: '/repos/octocat/infra//comments' }, /no such request/],
    ['an answer of another shape', { ...list, status: 200, responseBody: [{ id: 'x' }] }, /answer: /],
    ['an answer that is not described', { ...list, status: 218 }, /status 218/],
  ])('does not allow %s', (_, exchange, fault) => {
    expect(faultsOf({ ...comment, ...exchange }).join()).toMatch(fault);
  });

  describe('and the answers that we test with', () => {
    let github: GitHub;
    beforeAll(async () => {
      github = await startGitHub();
      await github.commit('octocat/infra', 'main', { 'a.yaml': 'a: 1\n' });
      await github.commit('octocat/infra', 'change', { 'a.yaml': 'a: 2\n' });
      await github.openPull('octocat/infra', 'change');
    });
    afterAll(() => github.close());

    it('agree', async () => {
      const headers = { authorization: `token ${await github.workflowToken('octocat/infra')}` };
      const infra = `${github.apiUrl}/repos/octocat/infra`;
      const post = await fetch(`${infra}/issues/1/comments`, { method: 'POST', headers, body: '{"body":"x"}' });
      const { id } = (await post.json()) as { id: number };
      const paths = [
        '',
        '/commits/main',
        '/compare/main...change',
        `/git/commits/${github.repository('octocat/infra').resolve('main')}`,
        '/issues/1/comments',
        '/pulls?head=octocat:change',
        '/pulls/1',
        '/tarball/main',
      ];
      for (const path of paths) await fetch(infra + path, { headers, redirect: 'manual' });
      await fetch(`${infra}/issues/comments/${id}`, { method: 'PATCH', headers, body: '{"body":"y"}' });
      await fetch(`${infra}/issues/comments/${id}`, { method: 'DELETE', headers });
      expect(github.exchanges.map(({ status }) => status)).toEqual([201, 200, 200, 200, 200, 200, 200, 200, 302, 200, 204]);
      expect(github.exchanges.flatMap(faultsOf)).toEqual([]);
    });
  });
});
