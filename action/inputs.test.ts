import { describe, expect, it } from 'vitest';
import { definitions, readInputs, unknownInputs } from './inputs.ts';

const given = (inputs: Record<string, string>) =>
  Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]));

describe('inputs', () => {
  it('has the defaults of action.yml where the runner gives nothing', () => {
    expect(readInputs({})).toEqual({
      path: '.',
      config: undefined,
      cluster: undefined,
      bootstrap: undefined,
      argocd: undefined,
      failOn: undefined,
      failOnNew: true,
      undecided: undefined,
      require: false,
      comment: 'on-drift',
      commentKey: undefined,
      annotations: true,
      token: undefined,
      base: undefined,
      pullRequest: undefined,
      others: {},
      showPrivateValues: false,
    });
  });

  it('takes values as people write them', () => {
    const inputs = readInputs(
      given({ 'fail-on': 'Warning', 'fail-on-new': 'FALSE', path: ' clusters/prod ', 'pr-number': '7', comment: 'always', token: 't' }),
    );
    expect(inputs).toMatchObject({
      failOn: 'warning',
      failOnNew: false,
      path: 'clusters/prod',
      pullRequest: 7,
      comment: 'always',
      token: 't',
    });
  });

  it('takes an empty text for an input that was not given, as an expression without a value makes it', () => {
    const empty = Object.fromEntries(definitions().map(([name]) => [`INPUT_${name.toUpperCase()}`, '']));
    expect(readInputs(empty)).toEqual(readInputs({}));
  });

  it.each([
    [{ 'fail-on': 'eror' }, 'input fail-on must be error, warning, note or never, not "eror"; did you mean error?'],
    [{ comment: 'on-drfit' }, 'input comment must be on-drift, always or never, not "on-drfit"; did you mean on-drift?'],
    [{ require: 'yes' }, 'input require must be true or false, not "yes"'],
    [{ 'pr-number': 'refs/pull/1/merge' }, 'input pr-number must be a number, not "refs/pull/1/merge"'],
    [{ 'comment-key': 'a b' }, 'input comment-key must be 1 to 60 letters, digits and ._-, not "a b"'],
    [{ path: 'a\u0000b' }, 'input path must be one line without control characters'],
    [{ 'bootstrap-repository': 'https://github.com/a/b' }, 'input bootstrap-repository must be a repository as owner/name'],
    [{ 'bootstrap-repository': 'a/b', 'bootstrap-ref': '--upload-pack=x' }, 'input bootstrap-ref must be a branch, a tag or a commit'],
    [{ 'bootstrap-repository': 'a/..' }, 'input bootstrap-repository must be a repository as owner/name'],
    [{ 'bootstrap-ref': 'main' }, 'bootstrap-ref needs bootstrap-repository'],
    [{ 'argocd-repository': 'a/b', 'argocd-path': 'x' }, 'argocd-repository and argocd-path say the same thing twice'],
    [{ 'argocd-repository': 'a/b', 'bootstrap-path': 'x' }, 'one side must be in this repository'],
  ])('refuses %o', (inputs, message) => {
    expect(() => readInputs(given(inputs as Record<string, string>))).toThrow(message);
  });

  it('says everything that is wrong at once, and no secret', () => {
    const act = () => readInputs(given({ 'fail-on': 'x', undecided: 'y', token: 'ghs_\u0001secret' }));
    expect(act).toThrow(/fail-on must be.*\n.*undecided must be.*\n.*token must be one line/);
    expect(act).not.toThrow('secret');
  });

  it('names the input that was meant', () => {
    expect(unknownInputs({ ...given({ 'fail-on-nwe': 'true', path: '.' }), PATH: '' })).toEqual([
      'no input is named fail-on-nwe; did you mean fail-on-new?',
    ]);
  });
});
