import { expect, test } from 'vitest';
import type { Mapping } from '../shared/model.ts';
import { fromPlain } from '../shared/tree.ts';
import { freeMaps, honouredPaths, leavesOf } from './chart-paths.ts';

const defaults = fromPlain(
  {
    socketLB: { enabled: false },
    hostServices: null,
    nodePort: { bindProtection: true },
    nodeSelector: { os: 'linux' },
    extra: {},
    budget: { enabled: false },
    list: [1],
  },
  { source: 'test' },
) as Mapping;
const templates = (text: string) => new Map([['templates/a.yaml', text]]);

test('leavesOf', () => {
  const map = fromPlain({ a: { 'b.c': 1, d: {} }, e: [2] }, { source: 'test' }) as Mapping;
  expect([...leavesOf(map).keys()]).toStrictEqual(['a.b\\.c', 'a.d', 'e']);
});

test.each([
  ['{{ .Values.nodePort.bindProtection }} {{ .Values.nodePort }}', []],
  ['{{ if $.Values.nodePort.addresses }}', ['nodePort.addresses']],
  ['{{ get .Values.nodePort "range" }}', ['nodePort.range']],
  ['{{- $lb := (coalesce .Values.socketLB .Values.hostServices) -}}{{ $lb.enabled }}{{ $lb.tracing }}', ['socketLB.tracing']],
  ['{{ .Values.extra.anything }} {{ .Values.list.first }}', []],
])('honouredPaths of %s', (text, paths) => expect([...honouredPaths(templates(text), defaults)]).toStrictEqual(paths));

test.each([
  ['{{ toYaml .Values.nodeSelector | nindent 8 }}', ['nodeSelector']],
  ['{{- with .Values.nodeSelector }}\nnodeSelector:\n  {{- toYaml . | nindent 8 }}\n{{- end }}', ['nodeSelector']],
  ['{{- with .Values.nodeSelector }}\n  {{- omit . "enabled" | toYaml | nindent 8 }}\n{{- end }}', ['nodeSelector']],
  ['{{- with .Values.budget }}\n{{ .enabled }}\n{{- end }}', []],
  ['{{ toYaml .Values.extra }}', []],
])('freeMaps of %s', (text, paths) => expect([...freeMaps(templates(text), defaults)]).toStrictEqual(paths));
