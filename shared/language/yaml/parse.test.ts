import { describe, expect, it } from 'vitest';
import type { Scalar, Tree } from '../../model.ts';
import { at, toPlain } from '../../tree.ts';
import { embedded, textWithin, wholeFile } from '../source-text.ts';
import { parseYaml, type YamlOptions } from './parse.ts';

const parse = (text: string, options?: YamlOptions) => parseYaml(wholeFile('a.yaml', text), options);
const first = (text: string, options?: YamlOptions): Tree => parse(text, options).documents[0]!.tree;
const line = (tree: Tree | undefined) => (tree && 'file' in tree.place ? [tree.place.line, tree.place.column] : undefined);

describe('documents', () => {
  it('reads every document of a file, empty ones as null', () => {
    const { documents, problems } = parse('a: 1\n---\n---\n# only this\n---\n- b\n...\nc: 2\n');
    expect(problems).toEqual([]);
    expect(documents.map((d) => toPlain(d.tree))).toEqual([{ a: 1 }, null, null, ['b'], { c: 2 }]);
    expect(documents.map((d) => d.bare ?? false)).toEqual([false, false, false, false, true]);
    expect(documents[3]?.line).toBe(6);
  });

  it('reads the others where one is broken', () => {
    const { documents, problems } = parse('a: 1\n---\nb: [1\n---\nc: 3\n');
    expect(documents.map((d) => d.tree.kind)).toEqual(['map', 'opaque', 'map']);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.place.line).toBe(4);
  });

  it('has none for an empty text', () => {
    expect(parse('').documents).toEqual([]);
    expect(parse('# nothing\n').documents).toEqual([]);
  });

  it('reports a key that stands twice to strict readers only', () => {
    expect(parse('a: 1\na: 2\n').problems).toEqual([]);
    const { documents, problems } = parse('a: 1\na: 2\n', { dialect: 'strict' });
    expect(problems).toEqual([{ message: 'the key a stands twice', place: { file: 'a.yaml', line: 2, column: 1 } }]);
    expect(toPlain(documents[0]?.tree)).toEqual({ a: 2 });
  });

  it('lets own keys win over merged ones but for Helm’s reader, which goes by position', () => {
    const text = 'a: {q: 3, <<: {q: 4, r: 5}}\n';
    expect(toPlain(first(text))).toEqual({ a: { q: 4, r: 5 } });
    expect(toPlain(first(text, { dialect: 'kyaml' }))).toEqual({ a: { q: 3, r: 5 } });
    expect(toPlain(first('a: {<<: [{q: 1}, {q: 2, r: 3}]}\n', { dialect: 'kyaml' }))).toEqual({ a: { q: 1, r: 3 } });
  });
});

describe('places', () => {
  it('are those of values', () => {
    const tree = first('# c\na:\n  b: x\n  c:\n    - d: "e"\n  f:\n');
    expect(line(at(tree, 'a.b'))).toEqual([3, 6]);
    expect(line(at(tree, 'a.c.0.d'))).toEqual([5, 10]);
    expect(line(at(tree, 'a'))).toEqual([3, 3]);
    expect(line(at(tree, 'a.f'))?.[0]).toBe(6);
  });

  it('of YAML in a literal block are those of the file, at any depth', () => {
    const outer = first('x:\n  values: |\n\n    a: 1\n    in: |\n      b: 2\n');
    const inner = parseYaml(embedded(at(outer, 'x.values') as Scalar)).documents[0]!.tree;
    expect(line(at(inner, 'a'))).toEqual([4, 8]);
    expect(line(at(parseYaml(embedded(at(inner, 'in') as Scalar)).documents[0]!.tree, 'b'))).toEqual([6, 10]);
  });

  it('of YAML in any other string are where the string begins', () => {
    const outer = first('values: "a: 1\\nb: 2\\n"\nfolded: >\n  a: 1\n');
    expect(line(at(parseYaml(embedded(at(outer, 'values') as Scalar)).documents[0]!.tree, 'b'))).toEqual([1, 9]);
    expect(line(at(parseYaml(embedded(at(outer, 'folded') as Scalar)).documents[0]!.tree, 'a'))).toEqual([2, 9]);
  });
});

describe('hostile text', () => {
  it('that is deep', () => {
    for (const text of [
      `${'['.repeat(50_000)}`,
      `a: ${'{a: '.repeat(500)}1${'}'.repeat(500)}`,
      Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
    ])
      expect(parse(text).documents[0]?.tree.kind).toBe('opaque');
  });

  it('that grows by its aliases', () => {
    const lines = Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]`);
    const { documents, problems } = parse(['a0: &a0 x', ...lines].join('\n'));
    expect(documents[0]?.tree.kind).toBe('opaque');
    expect(problems[0]?.message).toBe('is too large once its aliases are written out');
  });

  it('that is no text', () => {
    expect(parse('a: \u0000\n').problems[0]?.message).toBe('is not valid YAML: it holds a control character');
  });

  it('never shows values in problems', () => {
    for (const text of [
      'a: "secret\n',
      'a: secret: secret\n',
      '"secret" secret\n',
      '- secret\nsecret\n',
      'a: !!int secret\n',
      '*secret\n',
      '%secret\n---\na: [secret\n',
    ])
      for (const { message } of parse(text).problems) expect(message).not.toContain('secret');
  });
});

describe('SOPS', () => {
  it('hides what is encrypted and nothing else', () => {
    const tree = first('a: ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]\nb: 1\n', { templates: false });
    expect(at(tree, 'a')).toMatchObject({ kind: 'opaque', reason: 'is encrypted with SOPS' });
    expect(at(tree, 'b')).toMatchObject({ value: 1 });
  });
});

/** A tree as plain data: an opaque is what stands in the file, a map with unseen keys has the key `?`. */
function show(tree: Tree | undefined): unknown {
  if (tree === undefined) return undefined;
  if (tree.kind === 'opaque') return `<${tree.text ?? tree.reason}>`;
  if (tree.kind === 'list') return tree.items.map(show);
  if (tree.kind === 'scalar') return tree.value;
  return {
    ...Object.fromEntries([...tree.entries].map(([key, value]) => [key, show(value)])),
    ...(tree.unseen && { '?': show(tree.unseen) }),
  };
}

const CONDITION = '<depends on a condition of a template>';

const templates: [name: string, text: string, templates: YamlOptions['templates'], result: unknown][] = [
  ['a text that nobody renders', 'a: "{{ x }}"\nb: ${X}\n', false, { a: '{{ x }}', b: '${X}' }],
  [
    'valid YAML: whole expressions only',
    'a: "{{ x }}"\nb: "p {{ y }}"\nc: ${X}\nd: https://${X}\n',
    true,
    { a: '<{{ x }}>', b: 'p {{ y }}', c: '<${X}>', d: 'https://${X}' },
  ],
  ['text that is not YAML yet: every mark', 'a: {{ x }}\nb: "p {{ y }}"\nc: 1\n', true, { a: '<{{ x }}>', b: '<p {{ y }}>', c: 1 }],
  ['Go: a condition', 'a: 1\n{{- if .x }}\nb: 2\n{{- end }}\nc: 3\n', 'go', { a: 1, b: CONDITION, c: 3, '?': CONDITION }],
  ['Go: a condition that is all of a map', 'a:\n  {{- if .x }}\n  b: 2\n  {{- end }}\n', 'go', { a: { b: CONDITION, '?': CONDITION } }],
  [
    'Go: a condition within an item',
    'a:\n  - b: 1\n    {{- if .x }}\n    c: 2\n    {{- end }}\n',
    'go',
    { a: [{ b: 1, c: CONDITION, '?': CONDITION }] },
  ],
  ['Go: a conditional item', 'a:\n  - x\n  {{- if .y }}\n  - y\n  {{- end }}\n', 'go', { a: ['x', CONDITION] }],
  ['Go: a map of unknown keys', 'a:\n  {{- toYaml .v | nindent 2 }}\nb: 1\n', 'go', { a: '<{{- toYaml .v | nindent 2 }}>', b: 1 }],
  [
    'Go: more keys',
    'a:\n  b: 1\n{{ include "x" . | indent 2 }}\nc: 2\n',
    'go',
    { a: { b: 1, '?': '<{{ include "x" . | indent 2 }}>' }, c: 2 },
  ],
  [
    'Go: more keys after the colon',
    'a: {{- include "x" . | nindent 2 }}\n  b: 1\n',
    'go',
    { a: { b: 1, '?': '<{{- include "x" . | nindent 2 }}>' } },
  ],
  ['Go: more items', 'a:\n  - b\n  {{- toYaml .v | nindent 2 }}\n', 'go', { a: ['b', '<{{- toYaml .v | nindent 2 }}>'] }],
  ['Go: a key', '{{ .k }}: v\na: 1\n', 'go', { a: 1, '?': '<{{ .k }}>' }],
  ['Go: comments and assignments', '{{/* a: 1 */}}\n{{- $x := 1 -}}\nb: 2 {{/* c */}}\n', 'go', { b: 2 }],
  ['Go: literals are known', 'a: "{{`{{ .name }}`}}"\n', 'go', { a: '{{ .name }}' }],
  ['Go: strings that hold braces', 'a: {{ printf "}}%s" "x" }}\nb: 1\n', 'go', { a: '<{{ printf "}}%s" "x" }}>', b: 1 }],
  ['Go: a condition on one line', 'a: {{ if x }}"b"{{ else }}"c"{{ end }}\nd: 1\n', 'go', { a: expect.stringContaining('<'), d: 1 }],
  ['Terraform: escapes', 'a: "$${x}"\nb: "${x}"\nc: p${x}\n', 'terraform', { a: '${x}', b: '<${x}>', c: '<p${x}>' }],
  ['Terraform: calls', 'a: ${jsonencode({a: "}"})}\nb: 2\n', 'terraform', { a: '<${jsonencode({a: "}"})}>', b: 2 }],
  ['Terraform: loops', '%{ for x in y ~}\na: ${x}\n%{ endfor ~}\nb: 1\n', 'terraform', { a: CONDITION, b: 1, '?': CONDITION }],
  ['Terraform: `{{ }}` is nothing', 'a: "{{ x }}"\n', 'terraform', { a: '{{ x }}' }],
  ['Jinja: a condition', '{% if x %}\na: 1\n{% endif %}\nb: 2\n', 'jinja', { a: CONDITION, b: 2, '?': CONDITION }],
  ['Jinja: raw text', 'a: {{ x }}\n{% raw %}\nb: "{{ y }}"\n{% endraw %}\n', 'jinja', { a: '<{{ x }}>', b: '{{ y }}' }],
  [
    'makejinja',
    'a: #{ x }#\n#% if y %#\nb: 2\n#% endif %#\n#| note |#\nc: "p#{ z }#"\n',
    'jinja',
    { a: '<#{ x }#>', b: CONDITION, c: '<p#{ z }#>', '?': CONDITION },
  ],
  ['envsubst', 'a: $X\nb: c${Y:-d}e\nc: 5\nd: "$$Z"\n', 'envsubst', { a: '<$X>', b: '<c${Y:-d}e>', c: 5, d: '$Z' }],
];

describe('text that is not yet YAML', () => {
  it.each(templates)('%s', (_, text, engine, result) => {
    const { documents, problems } = parse(text, { templates: engine });
    expect(problems).toEqual([]);
    expect(show(documents[0]?.tree)).toEqual(result);
  });

  it('keeps a document that stands in one condition as a whole', () => {
    const { documents } = parse('{{- if .x }}\na: 1\nb: {{ y }}\n{{- end }}\n---\nc: 1\n', { templates: 'go' });
    expect(documents.map((d) => show(d.tree))).toEqual([{ a: 1, b: '<{{ y }}>' }, { c: 1 }]);
    expect(documents[0]?.condition).toMatchObject({ place: { line: 1 } });
    expect(documents[1]?.condition).toBeUndefined();
  });

  it('does not keep one that is there many times or has an alternative', () => {
    for (const text of ['{{- range .x }}\n---\na: 1\n{{- end }}\n', '{{ if x }}\na: 1\n{{ else }}\nb: 2\n{{ end }}\n'])
      expect(parse(text, { templates: 'go' }).documents[0]?.tree.kind).toBe('opaque');
  });

  it('keeps the text of a literal block with marks in it readable', () => {
    const tree = first('manifests:\n  - contents: |\n      a: ${x}\n      %{ if y }\n      b: 1\n      %{ endif }\n      c: 2\n', {
      templates: 'terraform',
    });
    const contents = at(tree, 'manifests.0.contents');
    expect(contents?.kind).toBe('opaque');
    const inner = parseYaml(textWithin(contents)!, { templates: 'terraform' }).documents[0]!.tree;
    expect(show(inner)).toEqual({ a: '<${x}>', b: CONDITION, c: 2, '?': CONDITION });
    expect(line(at(inner, 'c'))).toEqual([7, 10]);
  });

  it('keeps a block of lines with marks further to the left', () => {
    expect(show(first('a:\n  b: |\n    x\n{{ if y }}\n    z\n{{ end }}\n  c: 1\n', { templates: 'go' }))).toEqual({
      a: { b: '<x\n{{ if y }}\nz\n>', c: 1 },
    });
  });

  it('has the places of the file', () => {
    const tree = first('{{/* two\nlines */}}\n{{ if x }}\n{{ end }}\na: {{ y }}\n', { templates: 'go' });
    expect(line(at(tree, 'a'))).toEqual([5, 4]);
  });
});
