import { expect, test } from 'vitest';
import { check } from '../check.ts';
import { memoryRepository } from '../repository/memory.ts';
import { application } from './example.ts';

const fixes = (values: string) =>
  check(memoryRepository({ 'argocd/cilium.yaml': application(values, { version: '1.20.0' }) }), { failOn: 'error', undecided: 'fail' })
    .findings.filter(({ rule }) => rule === 'unknown-key')
    .map(({ fix }) => fix);

test.each([
  [
    'one key in the wrong map',
    'hubble:\n  serviceMonitor:\n    enabled: true',
    'Write `hubble.metrics.serviceMonitor.enabled` instead, or delete it.',
  ],
  [
    'a whole map in the wrong place moves as a map',
    'hubble:\n  dashboards:\n    enabled: true\n    annotations:\n      grafana_folder: Networking',
    'Write `hubble.metrics.dashboards` instead, or delete it.',
  ],
  [
    'what is written already is not written twice',
    'operator:\n  prometheus:\n    serviceMonitor:\n      trustCRDsExist: true\nprometheus:\n  serviceMonitor:\n    trustCRDsExist: true',
    'Delete `operator.prometheus.serviceMonitor.trustCRDsExist`: `prometheus.serviceMonitor.trustCRDsExist` is written already.',
  ],
  [
    'a map that is misspelt, above what the chart leaves open',
    'hubble:\n  ui:\n    fronend:\n      resources:\n        requests:\n          cpu: 20m\n          memory: 25Mi',
    'Write `hubble.ui.frontend` instead, or delete it.',
  ],
  ['nothing is close', 'enableMulticast: false', 'Delete `enableMulticast`.'],
])('%s', (_, values, fix) => expect(fixes(values)).toEqual([fix]));

test.each([
  ['externalIPs:\n  enabled: true', '1.17.9', /externalIPs.enabled` any more \(1\.17\.5 was the last\)/],
  ['externalIPs:\n  enabled: true', '1.20.0', /externalIPs.enabled` any more \(1\.17\.5 was the last\)/],
  ['hostPort:\n  enabled: true', '1.20.0', /hostPort.enabled` any more \(removed in 1\.18\)/],
  ['bgp:\n  enabled: true', '1.20.0', /bgp.enabled` any more \(removed in 1\.17\)/],
])('when a key went: %j on %s', (values, version, words) => {
  const { findings } = check(memoryRepository({ 'argocd/cilium.yaml': application(values, { version }) }), {
    failOn: 'error',
    undecided: 'fail',
  });
  expect(findings.find(({ rule }) => rule === 'removed-key')?.message).toMatch(words);
});
