import { describe, expect, it } from 'vitest';
import { memoryRepository } from '../shared/repository/memory.ts';
import type { Compared } from './compared.ts';
import { configurationChanges, configurationOf } from './configuration.ts';
import { governingConfiguration } from './governing-configuration.ts';
import { readInputs } from './inputs.ts';

const repository = (text: string | undefined, name = '.cilium-align.yaml') => memoryRepository(text === undefined ? {} : { [name]: text });
const changes = async (base: string | undefined, head: string | undefined) => {
  const [before, after] = [await configurationOf(repository(base), undefined), await configurationOf(repository(head), undefined)];
  return configurationChanges(before.config, after.config);
};

describe('what a change makes of the configuration', () => {
  const allow = 'allow:\n  - setting: routingMode\n    reason: rebuilt each month\n';

  it.each([
    [undefined, undefined, []],
    [allow, allow, []],
    [allow, `# a comment\n${allow}`, []],
    [undefined, allow, ['it would allow a difference of `routingMode`, because: rebuilt each month']],
    [allow, undefined, ['it would no longer allow a difference of `routingMode`']],
    [
      undefined,
      'allow:\n  - rule: unknown-key\n    setting: hubble.extra\n    cluster: lab\n    until: 2030-01-31\n    reason: r\n',
      ['it would allow findings of `unknown-key` about `hubble.extra` in the cluster `lab` until 2030-01-31, because: r'],
    ],
    [
      `${allow}    until: 2030-01-31\n`,
      allow,
      [
        'it would allow a difference of `routingMode`, because: rebuilt each month',
        'it would no longer allow a difference of `routingMode` until 2030-01-31',
      ],
    ],
    ['fail-on: error\n', 'fail-on: never\n', ['it would set fail-on to never']],
    ['undecided: warn\n', '', ['it would leave undecided to its default']],
    ['levels: {hubble: note}\n', 'levels: {hubble: warning}\n', ['it would set the level of `hubble` to warning']],
    ['clusters: [{name: a}]\n', 'clusters: [{name: b}]\n', ['it would change which files belong to which cluster']],
  ])('%j → %j', async (base, head, expected) => expect(await changes(base, head)).toEqual(expected));
});

it('what nobody would read to its end is counted: neither a change nor a fault fills the log', async () => {
  const many = (line: (i: number) => string) => Array.from({ length: 500 }, (_, i) => line(i)).join('\n');
  const allowed = await changes(undefined, `allow:\n${many((i) => `  - {setting: routingMode, cluster: a${i}, reason: r}`)}\n`);
  expect([allowed.length, allowed.at(-1)]).toEqual([101, 'it would change 400 more things']);
  const { problems } = await configurationOf(repository(many((i) => `a${i}: 1`)), undefined);
  expect([problems.length, problems.at(-1)?.message]).toEqual([21, expect.stringMatching(/^\.cilium-align\.yaml has \d+ more faults$/)]);
});

describe('the configuration that decides', () => {
  const found = (base: string | undefined, head: string | undefined, more: Partial<Compared> = {}): Compared => ({
    head: repository(head),
    base: { files: repository(base), sha: undefined, words: 'main' },
    pullRequest: undefined,
    governedByBase: true,
    ...more,
  });
  const inputs = readInputs({});

  it("is the base's for a proposal, and the head's own otherwise", async () => {
    expect((await governingConfiguration(found('fail-on: note\n', 'fail-on: never\n'), inputs, '')).config?.failOn).toBe('note');
    const own = await governingConfiguration(found('fail-on: note\n', 'fail-on: never\n', { governedByBase: false }), inputs, '');
    expect([own.config?.failOn, own.changes]).toEqual(['never', []]);
  });

  it('forgives nothing where there is no base to have agreed to it', async () => {
    const head = 'fail-on: never\nlevels: {hubble: note}\nclusters: [{name: a}]\nallow: [{setting: routingMode, reason: r}]\n';
    const { config, remarks } = await governingConfiguration(
      found(undefined, head, { base: { files: undefined, why: '', expected: false } }),
      inputs,
      '',
    );
    expect(config).toEqual({ file: '.cilium-align.yaml', clusters: expect.anything(), levels: new Map(), allow: [] });
    expect(config?.clusters.map(({ name }) => name)).toEqual(['a']);
    expect(remarks).toHaveLength(1);
  });

  it('is broken by the change that breaks it, with line and column', async () => {
    const { problems, changes } = await governingConfiguration(found('fail-on: note\n', 'fail-on: nothing\n'), inputs, '');
    const inFolder = await governingConfiguration(found('', 'fail-on: nothing\n'), inputs, 'clusters/prod');
    expect(inFolder.problems[0]?.place?.file).toBe('clusters/prod/.cilium-align.yaml');
    expect(problems.map(({ message, place }) => [message, place?.line])).toEqual([
      ['.cilium-align.yaml:1:1: fail-on must be error, warning, note or never', 1],
    ]);
    expect(changes).toEqual([]);
  });

  it('was broken before, which is said and nobody is blamed for', async () => {
    const broken = await governingConfiguration(found('fail-on: x\n', 'fail-on: x\n'), inputs, '');
    expect([broken.problems, broken.config]).toEqual([[], undefined]);
    expect(broken.remarks[0]).toContain("The base's `.cilium-align.yaml` is broken and says nothing: .cilium-align.yaml:1:1:");
    const mended = await governingConfiguration(found('fail-on: x\n', 'fail-on: note\n'), inputs, '');
    expect([mended.problems, mended.changes]).toEqual([[], ['it would set fail-on to note']]);
  });

  it('stops a run that it alone decides where it is broken', async () => {
    await expect(governingConfiguration(found(undefined, 'x: 1\n', { governedByBase: false }), inputs, '')).rejects.toThrow(
      '.cilium-align.yaml:1:1: no key is named x',
    );
  });

  it('has the name that is read, or the one that the input gives', async () => {
    expect((await configurationOf(repository('fail-on: note\n', '.cilium-align.yml'), undefined)).problems[0]?.message).toBe(
      '.cilium-align.yml is not read: call it .cilium-align.yaml, or name it with the input config',
    );
    expect((await configurationOf(repository('fail-on: note\n', 'ci/align.yaml'), './ci/align.yaml')).config?.failOn).toBe('note');
    expect((await configurationOf(repository(undefined), 'ci/align.yaml')).problems[0]?.message).toBe(
      'the configuration ci/align.yaml does not exist',
    );
  });
});
