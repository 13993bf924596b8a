import { describe, expect, it } from 'vitest';
import { check } from '../check.ts';
import type { Finding } from '../model.ts';
import { memoryRepository } from '../repository/memory.ts';
import { application, inlinePatch, jobPatch, omniTemplate, renderedManifest, talconfig, WITHOUT_KUBE_PROXY } from './example.ts';

const found = (rule: string, files: Record<string, string>): Finding | undefined =>
  check(memoryRepository(files), { failOn: 'error', undecided: 'fail' }).findings.find((finding) => finding.rule === rule);

describe('what Talos does with a manifest that stays, by its version', () => {
  const files = (talos: string) => ({
    'omni/cluster.yaml': omniTemplate({ talos }),
    'omni/patches/cilium.yaml': inlinePatch(renderedManifest({ version: '1.18.1' })),
    'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes'),
  });

  it.each([
    [
      '1.11.1',
      /Talos 1\.11 never updates a running cluster from it, until the next `talosctl upgrade-k8s` overwrites .* puts 1\.18\.1 in the place of 1\.18\.2/,
    ],
    ['1.12.4', /Talos 1\.12 never updates a running cluster/],
    ['1.13.4', /in Talos 1\.13 the next `talosctl upgrade-k8s` applies it server-side and takes every field/],
    ['1.14.0', /in Talos 1\.14 the next `talosctl upgrade-k8s` applies it server-side/],
  ])('%s', (talos, words) => expect(found('stale-inline-manifest', files(talos))?.message).toMatch(words));

  it('says how to leave: from 1.13 on through the inventory', () => {
    expect(found('stale-inline-manifest', files('1.12.4'))?.fix).not.toMatch(/inventory/);
    expect(found('stale-inline-manifest', files('1.13.4'))?.fix).toMatch(/talos-bootstrap-manifests-inventory/);
  });

  it.each([
    ['1.12.4', /next start of a control plane creates it again/],
    ['1.13.4', /next `talosctl upgrade-k8s` creates it again/],
  ])('a Job that removes itself, %s', (talos, words) => {
    const job = {
      'omni/cluster.yaml': omniTemplate({ talos }),
      'omni/patches/cilium.yaml': jobPatch({ job: 'ttlSecondsAfterFinished: 300' }),
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes'),
    };
    expect(found('job-after-adoption', job)).toMatchObject({ level: 'warning', message: expect.stringMatching(words) });
  });
});

describe('what a chart does with a key, by its version', () => {
  const key = (values: string, version: string) => ({ 'argocd/cilium.yaml': application(values, { version }) });
  it.each([
    ['containerRuntime:\n  integration: containerd', '1.15.3', 'refused-by-next-minor'],
    ['containerRuntime:\n  integration: containerd', '1.16.5', 'chart-refuses'],
    ['kubeProxyReplacement: strict', '1.16.5', 'chart-refuses'],
    ['bgp:\n  enabled: true', '1.17.4', 'removed-key'],
    ['encryption:\n  strictMode:\n    enabled: true', '1.20.0', 'removed-key'],
    ['hostPort:\n  enabled: true', '1.18.2', 'removed-key'],
    ['tunnel: vxlan', '1.16.1', 'removed-key'],
    ['tunnel: vxlan', '1.16.5', 'chart-refuses'],
    ['encryption:\n  strictMode:\n    egress:\n      enabled: true', '1.18.2', 'removed-key'],
  ])('%j on %s: %s', (values, version, rule) => expect(found(rule, key(values, version))?.message).toBeDefined());

  it.each([
    ['kubeProxyReplacement: strict', '1.15.3'],
    ['bgp:\n  enabled: true\n  announce:\n    loadbalancerIP: true', '1.16.5'],
    ['encryption:\n  strictMode:\n    enabled: true', '1.18.2'],
    ['hostPort:\n  enabled: true', '1.17.7'],
  ])('%j on %s is honoured', (values, version) => {
    for (const rule of ['removed-key', 'unknown-key', 'chart-refuses']) expect(found(rule, key(values, version))).toBeUndefined();
  });
});

it.each([
  ['1.16.4', false],
  ['1.16.5', true],
  ['1.18.2', true],
])('host DNS breaks with BPF masquerading on Cilium %s: %s', (version, breaks) => {
  const values = 'kubeProxyReplacement: true\nk8sServiceHost: localhost\nk8sServicePort: 7445\nbpf:\n  masquerade: true';
  const files = {
    'argocd/cilium.yaml': application(values, { version }),
    'talos/talconfig.yaml': talconfig({ patch: WITHOUT_KUBE_PROXY }),
  };
  expect(found('host-dns-masquerade', files) !== undefined).toBe(breaks);
});

it.each([
  ['1.12.4', false, true],
  ['1.12.4', true, true],
  ['1.13.4', false, true],
  ['1.13.4', true, false],
])('KubeSpan with native routing on Talos %s, legacy host routing %s: %s', (talos, legacy, broken) => {
  const values = `ipam:\n  mode: kubernetes\nroutingMode: native\nipv4NativeRoutingCIDR: 10.244.0.0/16\nbpf:\n  hostLegacyRouting: ${legacy}`;
  const patch = 'machine:\n  network:\n    kubespan:\n      enabled: true';
  const files = { 'argocd/cilium.yaml': application(values), 'talos/talconfig.yaml': talconfig({ talos, patch }) };
  expect(found('kubespan-native-routing', files) !== undefined).toBe(broken);
});

it('says a skew of versions once', () => {
  const { findings, clusters } = check(
    memoryRepository({
      'bootstrap.sh':
        'helm upgrade --install cilium cilium --repo https://helm.cilium.io --version 1.16.3 --namespace kube-system --values values.yaml\n',
      'values.yaml': 'ipam:\n  mode: kubernetes\noperator:\n  replicas: 1\n',
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes\noperator:\n  replicas: 1', { version: '1.20.0' }),
    }),
    { failOn: 'error', undecided: 'fail' },
  );
  const errors = clusters[0]!.rows.filter((row) => row.level === 'error').map((row) => row.setting);
  expect(errors).toEqual(['version']);
  expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
});

describe('the line that a finding is about', () => {
  it.each([
    ['image-of-another-version', 'image:\n  override: ~\n  tag: v1.18.1', undefined, 19],
    ['automated-sync', 'MTU: 1400', 'syncPolicy:\n  automated:\n    enabled: true\n    selfHeal: true', 21],
  ])('%s', (rule, values, spec, line) => {
    const files = { 'argocd/cilium.yaml': application(values, { ...(spec !== undefined && { spec }) }) };
    expect(found(rule, files)?.places[0]).toMatchObject({ file: 'argocd/cilium.yaml', line });
  });
});
