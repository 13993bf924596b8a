import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { peer } from '../peers.ts';
import { parseYaml, type Values } from './plain-data.ts';

const root = join(import.meta.dirname, '../..');

/** Everything that is wrong with a workflow, by actionlint where it is built, and by the inputs and outputs that the Action has. Of a part, outputs of steps that it does not show are not asked for. */
export function workflowProblems(text: string, isPart = false): string[] {
  const problems: string[] = [];
  const action = parseYaml(readFileSync(join(root, 'action.yml'), 'utf8')) as Record<'inputs' | 'outputs', Values>;
  const { jobs } = parseYaml(text) as { jobs: Record<string, { steps?: { id?: string; uses?: string; with?: Values }[] }> };
  for (const { id, uses, with: given = {} } of Object.values(jobs).flatMap(({ steps = [] }) => steps)) {
    if (!uses?.startsWith('cilium-align/cilium-align@')) continue;
    if (!uses.endsWith('@v1')) problems.push(`${uses}: pages name @v1`);
    problems.push(
      ...Object.keys(given)
        .filter((name) => !Object.hasOwn(action.inputs, name))
        .map((name) => `the Action has no input \`${name}\``),
    );
    for (const [, name] of id === undefined ? [] : text.matchAll(new RegExp(`steps\\.${id}\\.outputs\\.([\\w-]+)`, 'g')))
      if (!Object.hasOwn(action.outputs, name!)) problems.push(`the Action has no output \`${name}\``);
  }
  const actionlint = peer('actionlint');
  if (actionlint === undefined) return problems;
  const { stdout, stderr, status } = spawnSync(actionlint, ['-no-color', '-oneline', '-shellcheck=', '-pyflakes=', '-'], {
    input: text,
    encoding: 'utf8',
  });
  if (status === 0) return problems;
  // A step that stands alone reads outputs of others that the page does not show.
  const said = (stdout + stderr)
    .trim()
    .split('\n')
    .filter((line) => !isPart || !/property "[\w-]+" is not defined in object type \{/.test(line));
  return [...problems, ...said];
}
