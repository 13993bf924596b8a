import { describe, expect, test } from 'vitest';
import { writtenText } from '../../language/shell/text.ts';
import { memoryRepository } from '../../repository/memory.ts';
import { followCommands } from './index.ts';

const INSTALL = 'helm upgrade --install cilium cilium/cilium --version $V';

/** The command lines of tools, with where they stand and how much that says. */
function calls(pipeline: string, others: Record<string, string> = {}): string[] {
  const { world } = followCommands(memoryRepository({ '.gitlab-ci.yml': pipeline, ...others }), []);
  return world.invocations.map(({ tool, place, commands, arguments: words }) => {
    const line = [tool, ...words.map(({ text }) => writtenText(text))].join(' ');
    return `${place.file}:${place.line} ${commands.looks ?? `rank ${commands.rank}`}: ${line}`;
  });
}

const installed = (version: string, at: string, rank = 'rank 4') => [
  `${at} ${rank}: helm upgrade --install cilium cilium/cilium --version ${version}`,
];

describe('jobs of GitLab', () => {
  test.each<[string, string, string[]]>([
    ['a text', `deploy:\n  variables: {V: 1.18.2}\n  script: ${INSTALL}\n`, installed('1.18.2', '.gitlab-ci.yml:3')],
    ['nested lists', `deploy:\n  script:\n    - - V=1.18.2\n    - - - ${INSTALL}\n`, installed('1.18.2', '.gitlab-ci.yml:4')],
    [
      'a block keeps its places',
      `deploy:\n  script:\n    - |\n      V=1.18.2\n      ${INSTALL}\n`,
      installed('1.18.2', '.gitlab-ci.yml:5'),
    ],
    [
      'the shell of before_script is that of script',
      `default:\n  before_script: [export V=1.18.2]\ndeploy:\n  script: [${INSTALL}]\n`,
      installed('1.18.2', '.gitlab-ci.yml:4'),
    ],
    [
      "a job's variables go before the pipeline's, and may name them",
      `variables:\n  MINOR: {value: "1.18", description: of Cilium}\n  V: 1.0.0\ndeploy:\n  variables: {V: "\${MINOR}.2"}\n  script: [${INSTALL}]\n`,
      installed('1.18.2', '.gitlab-ci.yml:6'),
    ],
    [
      'what a job extends grows with its own',
      `.a: {variables: {V: 1.18.2}, script: [echo]}\n.b: {extends: .a, stage: deploy}\nx:\n  extends: [.b]\n  variables: {W: "1"}\n  script: [${INSTALL}]\n`,
      installed('1.18.2', '.gitlab-ci.yml:6'),
    ],
    [
      'a reference to the script of another',
      `.a:\n  variables: {V: 1.18.2}\n  script:\n    - ${INSTALL}\ndeploy:\n  variables: !reference [.a, variables]\n  script:\n    - V=1.18.3\n    - !reference [.a, script]\n`,
      installed('1.18.3', '.gitlab-ci.yml:4'),
    ],
    ['a name that says nothing', `x:\n  script: [V=1.18.2, ${INSTALL}]\n`, installed('1.18.2', '.gitlab-ci.yml:2', 'rank 3')],
    ['a stage of checks', `x:\n  stage: test\n  script: [V=1.18.2, ${INSTALL}]\n`, installed('1.18.2', '.gitlab-ci.yml:3', 'rank 2')],
    [
      'merge requests alone',
      `x:\n  rules: [{if: $CI_PIPELINE_SOURCE == "merge_request_event"}, {when: never}]\n  script: [V=1.18.2, ${INSTALL}]\n`,
      installed('1.18.2', '.gitlab-ci.yml:3', 'the job only checks merge requests'),
    ],
    [
      'the older way to say so',
      `x:\n  only: [merge_requests]\n  script: [V=1.18.2, ${INSTALL}]\n`,
      installed('1.18.2', '.gitlab-ci.yml:3', 'the job only checks merge requests'),
    ],
    ['templates are no jobs', `.x:\n  script: [${INSTALL}]\n`, []],
    [
      'a chain of templates in a circle',
      `.a: {extends: .b}\n.b: {extends: .a}\nx:\n  extends: .a\n  script: [V=1.18.2, ${INSTALL}]\n`,
      installed('1.18.2', '.gitlab-ci.yml:5', 'rank 3'),
    ],
  ])('%s', (_, pipeline, expected) => {
    expect(calls(pipeline)).toEqual(expected);
  });

  test('a matrix is one run for each of its combinations', () => {
    expect(
      calls(`deploy:\n  parallel:\n    matrix:\n      - CLUSTER: [a, b]\n        V: 1.18.2\n  script: [${INSTALL} -f $CLUSTER.yaml]\n`),
    ).toEqual(['a', 'b'].map((cluster) => `${installed('1.18.2', '.gitlab-ci.yml:6')[0]} -f ${cluster}.yaml`));
  });

  test('files of the repository that it includes, by name and by pattern, and in a circle', () => {
    const job = (name: string) =>
      `include: /.gitlab-ci.yml\n${name}:\n  stage: deploy\n  variables: {V: 1.18.2}\n  script:\n    - ${INSTALL}\n`;
    const pipeline =
      'include:\n  - local: /ci/one.yml\n  - ci/jobs/*.yml\n  - https://example.com/other.yml\n  - project: a/b\n    file: c.yml\n';
    expect(calls(pipeline, { 'ci/one.yml': job('one'), 'ci/jobs/two.yml': job('two') }).sort()).toEqual(
      [installed('1.18.2', 'ci/jobs/two.yml:6'), installed('1.18.2', 'ci/one.yml:6')].flat(),
    );
  });

  test.each([
    'x: [[[[',
    'x:\n  script: {a: b}\n',
    'extends: a\nscript: [helm]\n',
    `x:\n  extends: [${'.y, '.repeat(500)}]\n  script: [helm]\n`,
    `${Array.from({ length: 60 }, (_, i) => `.t${i}: {extends: [.t${i + 1}, .t${i + 2}]}`).join('\n')}\nx: {extends: .t0, script: [helm]}\n`,
    `x:\n  parallel:\n    matrix: [{${Array.from({ length: 40 }, (_, i) => `V${i}: [1, 2, 3]`).join(', ')}}]\n  script: [helm]\n`,
    `${Array.from({ length: 12 }, (_, i) => `.t${i}: {script: [${`[.t${i + 1}, script], `.repeat(99)}], extends: [${`.t${i + 1}, `.repeat(99)}]}`).join('\n')}\nx: {extends: .t0, before_script: [helm]}\n`,
    `x: &x\n  script: !reference [x, script]\n`,
  ])('hostile: %#', (pipeline) => {
    expect(() => calls(pipeline)).not.toThrow();
  });
});
