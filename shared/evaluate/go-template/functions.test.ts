import { expect, test } from 'vitest';
import { renderTemplate } from './evaluate.ts';
import type { GoMap } from './values.ts';

// Each line is what Helm 4 answers; `missing` is in no values file.
const data: GoMap = new Map([['Values', new Map([['d', new Map([['a', '1']])]])]]);
const render = (text: string) =>
  renderTemplate(text, data, { missingKey: 'empty', helm: true, defined: new Map(), place: { file: 'a.yaml', line: 1, column: 1 } }).text;

test.each([
  ['{{ $a := .Values.missing }}{{ merge $a .Values.d | toJson }}', '{"a":"1"}'],
  ['{{ $a := .Values.missing }}{{ merge .Values.d $a | toJson }}', '{"a":"1"}'],
  ['{{ $a := .Values.missing }}{{ mergeOverwrite $a .Values.d | toJson }}', '{"a":"1"}'],
  ['{{ $a := .Values.missing }}{{ keys $a | toJson }}', '[]'],
  ['{{ $a := .Values.missing }}{{ hasKey $a "x" }}', 'false'],
  ['{{ $a := .Values.missing }}{{ get $a "x" | toJson }}', '""'],
  ['{{ $a := .Values.missing }}{{ omit $a "x" | toJson }}{{ pick $a "x" | toJson }}{{ values $a | toJson }}', '{}{}[]'],
])('nothing in a variable is an empty map: %s', (text, expected) => {
  expect(render(text)).toBe(expected);
});

test.each([
  '{{ merge .Values.missing .Values.d | toJson }}',
  '{{ $v := .Values }}{{ merge $v.missing .Values.d | toJson }}',
  '{{ hasKey .Values.missing "x" }}',
  '{{ $a := .Values.missing }}{{ set $a "x" 1 | toJson }}',
])('Helm refuses %s', (text) => {
  expect(() => render(text)).toThrow('no map');
});
