import { describe, expect, it } from 'vitest';
import { ruleOf, rules } from '../judge/rules/index.ts';
import { CONFIG_FILE } from './config.ts';
import { readConfig } from './read-config.ts';

const TOKEN = `ghp_${'a1B2'.repeat(9)}`;
const KEY = '-----BEGIN PRIVATE KEY-----';

const problemsOf = (text: string) => {
  const result = readConfig(CONFIG_FILE, text);
  return 'config' in result ? [] : result.problems.map(({ message, place }) => `${place.line}:${place.column} ${message}`);
};

describe('every fault is said where it stands', () => {
  it.each<[string, string[]]>([
    ['a text', ['1:1 the file must be a map']],
    ['- a list', ['1:1 the file must be a map']],
    ['fail_on: error', ['1:1 no key is named fail_on; did you mean fail-on?']],
    ['colour: red', ['1:1 no key is named colour; there is clusters, fail-on, undecided, levels, allow']],
    [
      '__proto__: {}\nconstructor: 1',
      [
        '1:1 no key is named __proto__; there is clusters, fail-on, undecided, levels, allow',
        '2:1 no key is named constructor; there is clusters, fail-on, undecided, levels, allow',
      ],
    ],
    ['fail-on: errr', ['1:1 fail-on must be error, warning, note or never; did you mean error?']],
    ['fail-on: 3', ['1:1 fail-on must be error, warning, note or never']],
    ['undecided: true', ['1:1 undecided must be fail or warn']],
    ['fail-on:', ['1:1 fail-on must be error, warning, note or never']],
    ['clusters: {}', ['1:1 clusters must be a list of clusters']],
    ['clusters:\n  - prod', ['2:5 clusters[0] must be a map with a name']],
    ['clusters:\n  - argocd: apps', ['2:5 clusters[0] has no name']],
    ['clusters:\n  - name: 5', ['2:5 clusters[0].name must be a text: write it in quotes']],
    ['clusters:\n  - name: "#"', ['2:5 clusters[0].name must begin with a letter or digit, and hold only these, blanks and ._-:@/()']],
    ['clusters:\n  - {name: a}\n  - name: a', ['3:5 clusters[1] has the name of an earlier cluster']],
    ['clusters:\n  - name: a\n    argo: apps', ['3:5 no key is named argo in clusters[0]; there is name, talos, bootstrap, argocd']],
    ['clusters:\n  - name: a\n    talos: 1', ['3:5 clusters[0].talos must be a path, or a list of paths']],
    ['clusters:\n  - name: a\n    talos: [x, 1]', ['3:5 clusters[0].talos must be a path, or a list of paths']],
    ['clusters:\n  - name: a\n    talos: []', ['3:5 clusters[0].talos must name a path']],
    ['clusters:\n  - name: a\n    talos: ""', ['3:5 clusters[0].talos must name a path; `.` is the whole repository']],
    ['clusters:\n  - name: a\n    talos: ../b', ['3:5 clusters[0].talos must stay inside the repository, relative to its root']],
    ['clusters:\n  - name: a\n    argocd: [b, /c]', ['3:5 clusters[0].argocd must stay inside the repository, relative to its root']],
    ['levels: note', ['1:1 levels must be a map of settings and rules to levels']],
    ['levels:\n  ipam.mod: note', ['2:3 levels names no rule and no setting: ipam.mod; did you mean ipam.mode?']],
    [
      'levels:\n  kube-proxy-missin: note',
      ['2:3 levels names no rule and no setting: kube-proxy-missin; did you mean kube-proxy-missing?'],
    ],
    ['levels:\n  whatever: note', ['2:3 levels names no rule and no setting: whatever']],
    ['levels:\n  __proto__: note', ['2:3 levels names no rule and no setting: __proto__']],
    ['levels:\n  MTU: warn', ['2:3 levels.MTU must be error, warning or note; what is meant to be goes into allow, with a reason']],
    ['levels:\n  MTU: off', ['2:3 levels.MTU must be error, warning or note; what is meant to be goes into allow, with a reason']],
    ['levels:\n  MTU: eror', ['2:3 levels.MTU must be error, warning or note; did you mean error?']],
    ['allow: 1', ['1:1 allow must be a list of allowances']],
    ['allow:\n  - MTU', ['2:5 allow[0] must be a map with a setting or a rule, and a reason']],
    ['allow:\n  - setting: MTU', ['2:5 allow[0] has no reason, and every allowance needs one']],
    ['allow:\n  - setting: MTU\n    reason: " "', ['3:5 allow[0].reason must say why this is allowed']],
    ['allow:\n  - setting: MTU\n    reason: 1', ['3:5 allow[0].reason must be a text that says why this is allowed']],
    ['allow:\n  - reason: because', ['2:5 allow[0] has neither setting nor rule']],
    ['allow:\n  - setting: 1\n    reason: because', ['2:5 allow[0].setting must be the Helm path of a setting']],
    [
      'allow:\n  - setting: ipam.mod\n    reason: because',
      ["2:5 allow[0].setting is no Helm path of Cilium's chart; did you mean ipam.mode?"],
    ],
    ['allow:\n  - setting: two-owners\n    reason: because', ["2:5 allow[0].setting is no Helm path of Cilium's chart; it is a rule"]],
    ['allow:\n  - rule: 1\n    reason: because', ['2:5 allow[0].rule must be the id of a rule']],
    ['allow:\n  - rule: two-owner\n    reason: because', ['2:5 allow[0].rule is no rule; did you mean two-owners?']],
    ['allow:\n  - rule: ipam.mode\n    reason: because', ['2:5 allow[0].rule is no rule; it is a setting']],
    [
      'allow:\n  - setting: MTU\n    reason: because\n    cluster: 1',
      ['4:5 allow[0].cluster must be the name of a cluster: write it in quotes'],
    ],
    ['allow:\n  - setting: MTU\n    reason: because\n    until: soon', ['4:5 allow[0].until must be a date such as 2027-01-31']],
    ['allow:\n  - setting: MTU\n    reason: because\n    until: 2027-02-29', ['4:5 allow[0].until must be a date such as 2027-01-31']],
    [
      'allow:\n  - setting: MTU\n    reason: because\n    untill: 2027-02-28',
      ['4:5 no key is named untill in allow[0]; did you mean until?'],
    ],
    ['allow:\n  - {setting: MTU, reason: a}\n  - {setting: MTU, reason: b}', ['3:5 allow[1] allows what allow[0] does']],
    ['fail-on: error\nfail-on: note', ['2:1 the key fail-on stands twice']],
    ['clusters: [', ['1:12 is not valid YAML: flow sequence in block collection must be sufficiently indented and end with a ]']],
    ['fail-on: error\n---\nfail-on: note', ['3:1 holds more than one YAML document; only one is read']],
    ['fail-on: ENC[AES256_GCM,data:x]', ['1:10 a value is encrypted with SOPS, and a configuration must be readable']],
    ['a: &a [*a]', ['1:8 is not valid YAML: an anchor contains itself']],
    ['fail-on: "\u0000"', ['1:11 is not valid YAML: it holds a control character']],
  ])('%j', (text, problems) => expect(problemsOf(text)).toEqual(problems));

  it('all at once, in the order of the file', () => {
    expect(problemsOf('undecided: maybe\nlevels:\n  MTU: 1\nfail-on: 1\nallow:\n  - rule: x\n')).toEqual([
      '1:1 undecided must be fail or warn',
      '3:3 levels.MTU must be error, warning or note; what is meant to be goes into allow, with a reason',
      '4:1 fail-on must be error, warning, note or never',
      '6:5 allow[0] has no reason, and every allowance needs one',
      '6:5 allow[0].rule is no rule',
    ]);
  });

  it.each([
    `fail-on: ${TOKEN}`,
    `${TOKEN}: 1`,
    `levels: {${TOKEN}: note}`,
    `levels: {MTU: ${TOKEN}}`,
    `clusters: [{name: ${TOKEN}}]`,
    `clusters: [{name: a, ${TOKEN}: b}]`,
    `clusters: [{name: a, talos: ${TOKEN}}]`,
    `allow: [{setting: ${TOKEN}, reason: x}]`,
    `allow: [{rule: ${TOKEN}, reason: x}]`,
    `allow: [{rule: two-owners, reason: see ${TOKEN}}]`,
    `allow: [{rule: two-owners, reason: x, until: ${TOKEN}}]`,
    `${TOKEN}: 1\n${TOKEN}: 2`,
    `allow:\n  - rule: two-owners\n    reason: |\n      ${KEY}\n      ${TOKEN}\n`,
    `reason: ${TOKEN}: x`,
    `"${TOKEN}`,
  ])('never with a secret that stands there: %#', (text) => {
    expect(problemsOf(text)).not.toEqual([]);
    expect(JSON.stringify(problemsOf(text))).not.toContain(TOKEN);
  });

  it.each(['[', '{', '- ', '? '])('deep nesting of %j ends', (mark) => expect(problemsOf(mark.repeat(20_000))).toHaveLength(1));
});

describe('a sound file', () => {
  it.each(['', '# nothing yet\n', '---\n', '{}'])('%j decides nothing', (text) => {
    expect(readConfig(CONFIG_FILE, text)).toEqual({ config: { file: CONFIG_FILE, clusters: [], levels: new Map(), allow: [] } });
  });

  it('is read with every key', () => {
    const text = `clusters:
  - name: prod
    talos: ./talos/prod/
    argocd: [apps/prod, .]
fail-on: warning
undecided: warn
levels:
  hubble: note
  two-owners: error
allow:
  - setting: operator.replicas
    cluster: prod
    reason: one node
    until: 2028-02-29
  - rule: unpinned-version
    setting: version
    reason: a mirror pins it
`;
    expect(readConfig(CONFIG_FILE, text)).toEqual({
      config: {
        file: CONFIG_FILE,
        clusters: [{ name: 'prod', talos: ['talos/prod'], bootstrap: [], argocd: ['apps/prod', ''] }],
        failOn: 'warning',
        undecided: 'warn',
        levels: new Map([
          ['hubble', 'note'],
          ['two-owners', 'error'],
        ]),
        allow: [
          {
            setting: 'operator.replicas',
            cluster: 'prod',
            reason: 'one node',
            until: '2028-02-29',
            place: { file: CONFIG_FILE, line: 11, column: 5 },
          },
          { rule: 'unpinned-version', setting: 'version', reason: 'a mirror pins it', place: { file: CONFIG_FILE, line: 15, column: 5 } },
        ],
      },
    });
  });

  it.each([
    'version',
    'tunnel',
    'hubble',
    'podAnnotations.example\\.org/a',
    'extraConfig.some-key',
    'ipam.operator.clusterPoolIPv4PodCIDRList',
  ])('may allow %s', (setting) => expect(problemsOf(`allow: [{setting: '${setting}', reason: because}]`)).toEqual([]));

  it('may allow what a rule says of a key that no chart knows', () =>
    expect(problemsOf('allow: [{rule: unknown-key, setting: hubble.extra, reason: because}]')).toEqual([]));

  it('can tell every rule from every setting', () => {
    for (const { id } of rules) expect(problemsOf(`allow: [{setting: ${id}, reason: because}]`)).toHaveLength(1);
    expect(ruleOf('version')).toBe(undefined);
  });
});
