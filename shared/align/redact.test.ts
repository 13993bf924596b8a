import { describe, expect, it, test } from 'vitest';
import { redactText, redactValue } from './redact.ts';

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
