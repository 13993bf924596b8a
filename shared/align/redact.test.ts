import { describe, expect, it, test } from 'vitest';
import type { Report } from '../model.ts';
import { redact, redactReport, redactText, redactValue } from './redact.ts';

describe('secrets in a sentence', () => {
  it.each([
    ['https://user:pa$$w0rd@example.org/x refuses', 'https://(secret)@example.org/x refuses'],
    ['redis://:hunter2@cache:6379', 'redis://(secret)@cache:6379'],
    ['is -----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----, not a number', 'is (secret), not a number'],
    ['cut off: -----BEGIN RSA PRIVATE KEY-----\nMIIE', 'cut off: (secret)'],
    ['data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSQ== here', 'data: (secret) here'],
    [`with ghs_1234_eyJ${'a'.repeat(20)}.${'b'.repeat(20)}`, 'with (secret)'],
    [`with glpat-${'a'.repeat(20)}.`, 'with (secret)'],
    ['token abc123.0123456789abcdef in a Job', 'token (secret) in a Job'],
  ])('%j', (text, clean) => {
    expect(redactText(text)).toBe(clean);
  });

  it.each([
    'https://helm.cilium.io:443/cilium',
    'oci://quay.io/cilium/charts/cilium@sha256:0123456789abcdef0123456789abcdef',
    'git@github.com:owner/repository.git',
    'omni/patches/cilium.yaml:63',
    'k8sServiceHost.example.org, 10.244.0.0/16 and fd00::/108',
  ])('%j stays', (text) => {
    expect(redactText(text)).toBe(text);
  });
});

test('secret values keep their shape, and variables their names', () => {
  const plain = {
    extraEnv: [
      { name: 'TZ', value: 'x' },
      { name: 'A', valueFrom: { secretKeyRef: { name: 'b', key: 'c' } } },
    ],
    imagePullSecrets: [{ name: 'a' }],
    etcd: { enabled: false, endpoints: ['x'] },
    tls: { ca: { key: { a: 1 } }, caBundle: { content: 'x' } },
    hubble: { export: { dynamic: { config: { content: [{ name: 'all', fileMaxSizeMb: 10 }] } } } },
  };
  const hidden = '(secret)';
  expect(JSON.parse(JSON.stringify(redactValue(plain)))).toEqual({
    extraEnv: [
      { name: 'TZ', value: hidden },
      { name: 'A', valueFrom: { secretKeyRef: { name: hidden, key: hidden } } },
    ],
    imagePullSecrets: [{ name: hidden }],
    etcd: { enabled: false, endpoints: [hidden] },
    tls: { ca: { key: { a: hidden } }, caBundle: { content: hidden } },
    hubble: plain.hubble,
  });
});

test.each([
  ['tls.ca.key', 'x'],
  ['clustermesh.config.clusters.0.tls.key', 'x'],
  ['hubble.tls.server.cert', 'x'],
  ['etcd.endpoints', 'x'],
  ['azure.clientID', 'x'],
  ['encryption.ipsec.key', 'x'],
  ['some.password', 'x'],
  ['operator.extraEnv', 'x'],
  ['imagePullSecrets', 'x'],
  ['bgp.peerPassword', 'x'],
  ['my.api-key', 'x'],
  ['hubble.tls', 'x'],
  ['some.password', 5],
])('%s is secret: %j', (path, value) => {
  expect(redactValue(value, path)).toBe('(secret)');
});

test.each<[string, unknown]>([
  ['ipam.mode', 'kubernetes'],
  ['tolerations.key', 'node-role.kubernetes.io/control-plane'],
  ['affinity.matchExpressions.key', 'kubernetes.io/os'],
  ['hubble.tls.enabled', 'yes'],
  ['mykey', 'x'],
  ['k8sServicePort', 7445],
  ['', 'plain'],
  ...[null, undefined, '', true, false].flatMap(
    (empty) =>
      [
        ['some.password', empty],
        ['ipam.mode', empty],
      ] as [string, unknown][],
  ),
  ['some.password', []],
  ['bgp.peerPassword', ''],
  ['bgp.peerPassword', null],
  ['bgp.peerPassword', false],
])('%s tells nothing: %j', (path, value) => {
  expect(redactValue(value, path)).toEqual(value);
});

test('below a secret, what is empty, true or false tells nothing either', () => {
  const inner = { a: '', b: null, c: undefined, d: true, e: 'x', f: [1, ''] };
  expect({ ...(redactValue({ key: inner }, 'tls') as { key: object }).key }).toEqual({ ...inner, e: '(secret)', f: ['(secret)', ''] });
});

test('a row keeps everything but its secret values', () => {
  const side = (value: unknown) => ({ value, origin: 'set' as const, place: null, why: 'a' });
  const row = {
    setting: 'tls.ca.key',
    status: 'drifted' as const,
    impact: 'behaviour' as const,
    level: 'warning' as const,
    bootstrap: side('one'),
    argocd: side(''),
  };
  expect(redact(row)).toEqual({ ...row, bootstrap: side('(secret)') });
});

test('a text that is too short for a secret, and one that is just long enough', () => {
  expect(redactText('://a:b')).toBe('://a:b');
  expect(redactText('://a:b@')).toBe('://(secret)@');
});

test('a report loses secrets wherever they stand, in names too, and nothing else', () => {
  const token = `ghp_${'a'.repeat(36)}`;
  const report = {
    outcome: 'aligned',
    exitCode: 0,
    clusters: [null, { name: token, [token]: [token, 'x', token], flag: false, none: undefined }],
  };
  expect(JSON.parse(JSON.stringify(redactReport(report as unknown as Report)))).toEqual({
    outcome: 'aligned',
    exitCode: 0,
    clusters: [null, { name: '(secret)', '(secret)': ['(secret)', 'x', '(secret)'], flag: false }],
  });
});
