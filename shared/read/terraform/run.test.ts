import { describe, expect, test } from 'vitest';
import { memoryRepository } from '../../repository/memory.ts';
import { toPlain } from '../../tree.ts';
import { Configurations } from './modules.ts';
import { Run } from './run.ts';

/** What an output of a root module stands for. */
function output(files: Record<string, string>, name = 'x') {
  const run = new Run(new Configurations(memoryRepository(files)), 'tf');
  const root = run.instances[0]!;
  return root.attribute(root.module.outputs.get(name)!, 'value')!;
}

const value = (expression: string, more: Record<string, string> = {}) =>
  output({ 'tf/main.tf': `output "x" {\n  value = ${expression}\n}\n`, ...more });
const plain = (expression: string, more?: Record<string, string>) => JSON.parse(JSON.stringify(toPlain(value(expression, more)) ?? null));

describe('expressions', () => {
  test.each<[string, unknown]>([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['-1', -1],
    ['"a${1 + 1}b"', 'a2b'],
    ['"$${a} %%{b}"', '${a} %{b}'],
    ['"a\\"b\\n\\u0041"', 'a"b\nA'],
    ['true ? "a" : "b"', 'a'],
    ['!false && (1 < 2 || false)', true],
    ['null == null', true],
    ['{ a = 1, "b" : 2 }', { a: 1, b: 2 }],
    ['{\n    a = 1 # one\n    b = [1, 2,]\n  }', { a: 1, b: [1, 2] }],
    ['[for v in ["a", "b"] : upper(v) if v != "b"]', ['A']],
    ['{ for k, v in { a = 1 } : "${k}x" => v }', { ax: 1 }],
    ['{ for k, v in module.nodes.all : k => { size = 1 } }["a"].size', 1],
    ['[for v in module.nodes.all : upper("a") if v.on][0]', 'A'],
    ['[{ a = 1 }, { a = 2 }][*].a', [1, 2]],
    ['{ a = { b = [1, 2] } }.a.b[1]', 2],
    ['merge({ a = 1, b = 1 }, { b = 2 })', { a: 1, b: 2 }],
    ['concat(["a"], ["b"])', ['a', 'b']],
    ['coalesce(null, "", "c")', 'c'],
    ['lookup({ a = 1 }, "b", 3)', 3],
    ['format("%s-%s", "a", "b")', 'a-b'],
    ['join(",", ["a", "b"])', 'a,b'],
    ['trimprefix("v1.2.3", "v")', '1.2.3'],
    ['replace("a.b", ".", "-")', 'a-b'],
    ['try("a", "b")', 'a'],
    ['yamldecode("a: [1, true]")', { a: [1, true] }],
    ['jsondecode(jsonencode({ a = [1] }))', { a: [1] }],
    ['<<-EOT\n    a: 1\n      b: 2\n  EOT', 'a: 1\n  b: 2\n'],
    ['<<EOT\n  a ${"b"}\nEOT', undefined],
    ['length(["a"]) == 1 ? "one" : "more"', 'one'],
    ['path.module == path.root', true],
  ])('%s', (expression, expected) => {
    if (expected === undefined) expect(value(expression).kind).toBe('scalar');
    else expect(plain(expression)).toEqual(expected);
  });

  test.each([
    ['var.nothing', 'Git does not hold the value of this variable'],
    ['aws_instance.x.id', 'Terraform works it out when it runs'],
    ['each.value.name', 'Terraform works it out when it runs'],
    ['timestamp()', 'Terraform works it out when it runs'],
    ['"a-${random_id.x.hex}"', 'Terraform works it out when it runs'],
    ['var.nothing ? "a" : "b"', 'it depends on a condition that Terraform works out when it runs'],
    ['file("missing.yaml")', 'missing.yaml is not in the repository'],
    ['file("../../../etc/passwd")', '../../../etc/passwd is not in the repository'],
  ])('%s is opaque', (expression, reason) => {
    expect(value(expression)).toMatchObject({ kind: 'opaque', reason });
  });
});

describe('where variables get their values', () => {
  const main =
    'variable "a" { default = "default" }\nvariable "o" {\n  type = object({ b = optional(string, "filled"), c = string })\n  default = { c = "given" }\n}\noutput "x" { value = var.a }\noutput "o" { value = var.o }\n';
  test.each<[string, Record<string, string>, string]>([
    ['the default', {}, 'default'],
    ['terraform.tfvars', { 'tf/terraform.tfvars': 'a = "tfvars"' }, 'tfvars'],
    [
      'automatic files, the last one',
      { 'tf/terraform.tfvars': 'a = "tfvars"', 'tf/a.auto.tfvars': 'a = "first"', 'tf/b.auto.tfvars.json': '{"a": "second"}' },
      'second',
    ],
    ['not an example', { 'tf/terraform.tfvars.example': 'a = "example"' }, 'default'],
    ['an encrypted file beside it changes nothing that is known', { 'tf/s.auto.tfvars': '\0GITCRYPT\0' }, 'default'],
  ])('%s', (_, files, expected) => {
    expect(toPlain(output({ 'tf/main.tf': main, ...files }))).toBe(expected);
  });

  test('attributes that are not given get the default of their type', () => {
    const given = { 'tf/main.tf': main, 'tf/terraform.tfvars': 'o = { c = "x" }' };
    expect(JSON.parse(JSON.stringify(toPlain(output(given, 'o'))))).toEqual({ b: 'filled', c: 'x' });
  });

  test('the arguments of a call, and the outputs of a module', () => {
    const files = {
      'tf/main.tf': 'module "m" {\n  source = "./m"\n  name = "given"\n}\noutput "x" { value = module.m.upper }\n',
      'tf/m/main.tf': 'variable "name" {}\nlocals { u = upper(var.name) }\noutput "upper" { value = local.u }\n',
    };
    expect(toPlain(output(files))).toBe('GIVEN');
  });

  test('the place is where the value is written', () => {
    expect(output({ 'tf/main.tf': main, 'tf/terraform.tfvars': '\n  a = "tfvars"' })).toMatchObject({
      place: { file: 'tf/terraform.tfvars', line: 2, column: 7 },
    });
  });
});

test('what a data source brings is unknown where the data source stands', () => {
  const files = {
    'tf/a.tf': 'locals { b = 1 }\n',
    'tf/z.tf':
      '\ndata "external" "made" {\n  program = ["go", "run", "./cmd"]\n}\n\noutput "x" { value = data.external.made.result.manifests }\n',
  };
  expect(output(files)).toMatchObject({ kind: 'opaque', place: { file: 'tf/z.tf', line: 2 } });
});

test.each([
  ['nested loops', (next: string) => `[for x in ${next} : [for y in ${next} : y]]`, '[1, 2, 3, 4, 5, 6, 7, 8]'],
  ['texts that double', (next: string) => `"\${${next}}\${${next}}"`, '"text"'],
  ['texts of several lines that double', (next: string) => `yamldecode("a: \${${next}}\\nb: \${${next}}\\n")`, '"text"'],
  ['lists that double', (next: string) => `concat(${next}, ${next})`, '[1]'],
  ['joined lines that double', (next: string) => `join("\\n", [${next}, ${next}])`, '"text"'],
  ['maps that hold one another', (next: string) => `merge({ a = ${next} }, { b = ${next} })`, '{}'],
])('a configuration that grows without end ends: %s', (_, make, last) => {
  const locals = Array.from({ length: 45 }, (_, i) => `  l${i} = ${make(`local.l${i + 1}`)}`).join('\n');
  expect(() =>
    output({ 'tf/main.tf': `locals {\n${locals}\n  l45 = ${last}\n}\noutput "x" { value = jsonencode(local.l0) }\n` }),
  ).not.toThrow();
});
