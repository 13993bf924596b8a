import { expect, test } from 'vitest';
import { memoryRepository } from '../repository/memory.ts';
import { discover } from './discover.ts';

const PROGRAM = "import * as k from '@pulumi/kubernetes';\nnew k.helm.v3.Release('c', { chart: 'cilium', version: '1.18.2' });\n";

test.each([
  ['nothing says that it describes infrastructure', {}, []],
  ['Pulumi has a project', { 'infra/Pulumi.yaml': 'name: infra\nruntime: nodejs\n' }, ['infra/main.ts']],
  ['Pulumi has a stack alone', { 'infra/Pulumi.prod.yaml': 'config: {}\n' }, ['infra/main.ts']],
  ['CDK for Terraform has one', { 'cdktf.json': '{}' }, ['infra/main.ts']],
])('a program is looked at where %s', (_, files, expected) => {
  const { candidates } = discover(memoryRepository({ 'infra/main.ts': PROGRAM, ...files }));
  expect(candidates.map(({ path }) => path).filter((path) => path.endsWith('.ts'))).toEqual(expected);
});
