import { describe, expect, test } from 'vitest';
import type { Fact, Facts } from '../../model.ts';
import { chartVersions, isChartPath } from '../charts.ts';
import { factRules } from '../templates/index.ts';
import { settingAt, settings } from './index.ts';

const CORE =
  `ipam.mode ipam.operator.clusterPoolIPv4PodCIDRList ipam.operator.clusterPoolIPv4MaskSize routingMode tunnelProtocol ipv4NativeRoutingCIDR
  autoDirectNodeRoutes kubeProxyReplacement k8sServiceHost k8sServicePort cluster.name cluster.id ipv4.enabled ipv6.enabled enableIPv4Masquerade
  bpf.masquerade bpf.hostLegacyRouting bpf.datapathMode bpf.tproxy bpf.lbExternalClusterIP loadBalancer.mode loadBalancer.algorithm
  loadBalancer.acceleration socketLB.hostNamespaceOnly l2announcements.enabled bgpControlPlane.enabled gatewayAPI.enabled ingressController.enabled
  envoy.enabled envoyConfig.enabled hubble.enabled hubble.relay.enabled hubble.ui.enabled operator.replicas cni.exclusive
  securityContext.capabilities.ciliumAgent securityContext.capabilities.cleanCiliumState cgroup.autoMount.enabled cgroup.hostRoot devices MTU
  endpointRoutes.enabled bandwidthManager.enabled bandwidthManager.bbr encryption.enabled localRedirectPolicy egressGateway.enabled
  k8sClientRateLimit.qps k8sClientRateLimit.burst debug.enabled policyEnforcementMode`.split(/\s+/);

const factsOf = (plain: Record<string, string | { opaque: string }>): Facts =>
  new Map(
    Object.entries(plain).map(([name, value]): [string, Fact] => {
      const place = { file: 'cilium.yaml', line: 1, column: 1 };
      if (typeof value === 'string') return [name, { value, place, origin: 'set' }];
      return [name, { value: '', place, origin: 'opaque', opaque: { kind: 'opaque', reason: value.opaque, place } }];
    }),
  );

const readSetting = (path: string, facts: Parameters<typeof factsOf>[0], version: string | null = '1.18.2') =>
  settingAt(path)!.read(factsOf(facts), version).value;

describe('the catalogue', () => {
  test('holds the settings that every report must show', () =>
    expect(CORE.filter((path) => settingAt(path) === undefined)).toStrictEqual([]));

  test('names each setting once', () => expect(new Set(settings.map((s) => s.path)).size).toBe(settings.length));

  test('names paths of the chart', () => {
    const unknown = (path: string) => !chartVersions().some((version) => isChartPath(version, path));
    expect(settings.map((s) => s.path).filter(unknown)).toStrictEqual([]);
    expect(settings.flatMap((s) => s.fedBy ?? []).filter(unknown)).toStrictEqual([]);
  });

  test.each(settings.map((s) => [s.path, s] as const))('%s explains itself', (_, setting) => {
    expect(setting.why).toMatch(/^[A-Z`].*\.$/);
    expect(setting.title.length).toBeLessThan(60);
    expect(setting.link).toMatch(/^https:\/\/docs\.cilium\.io\/en\/stable\/[a-z0-9./_-]+\/$/);
    expect(setting.facts.length).toBeGreaterThan(0);
  });
});

test('every fact is worked out by a rule of the chart’s templates', () => {
  const known = new Set(factRules().map((rule) => rule.fact));
  expect(settings.flatMap((s) => s.facts).filter((fact) => !known.has(fact))).toStrictEqual([]);
});

describe('reading', () => {
  test.each([
    ['ipam.mode', { 'config.ipam': 'kubernetes' }, 'kubernetes'],
    ['ipam.mode', {}, undefined],
    ['devices', { 'config.devices': '' }, undefined],
    ['autoDirectNodeRoutes', {}, 'false'],
    ['autoDirectNodeRoutes', { 'config.auto-direct-node-routes': 'true' }, 'true'],
    ['svcSourceRangeCheck', {}, 'true'],
    ['svcSourceRangeCheck', { 'config.enable-svc-source-range-check': 'false' }, 'false'],
    ['envoy.enabled', {}, 'false'],
    ['envoy.enabled', { 'present.DaemonSet/cilium-envoy': 'true' }, 'true'],
    ['k8sServicePort', { 'env.cilium.cilium-agent.KUBERNETES_SERVICE_PORT': '7445' }, '7445'],
    ['cgroup.autoMount.enabled', { 'image.cilium.mount-cgroup': 'quay.io/cilium/cilium:v1.18.2' }, 'true'],
    ['cgroup.autoMount.enabled', {}, 'false'],
    [
      'securityContext.capabilities.cleanCiliumState',
      { 'caps.cilium.clean-cilium-state': 'NET_ADMIN SYS_ADMIN' },
      ['NET_ADMIN', 'SYS_ADMIN'],
    ],
    ['securityContext.capabilities.cleanCiliumState', { 'caps.cilium.clean-cilium-state': '' }, undefined],
    ['operator.replicas', { 'replicas.cilium-operator': '2' }, '2'],
    ['encryption.enabled', { 'config.enable-wireguard': 'true' }, 'true'],
    ['encryption.type', { 'config.enable-wireguard': 'true' }, 'wireguard'],
    ['encryption.enabled', {}, 'false'],
    ['egressGateway.enabled', { 'config.enable-ipv4-egress-gateway': 'true' }, 'true'],
    ['kubeProxyReplacement', { 'config.kube-proxy-replacement': 'strict' }, 'true'],
    ['prometheus.enabled', { 'config.prometheus-serve-addr': ':9962' }, 'true'],
    ['prometheus.enabled', {}, 'false'],
    ['operator.unmanagedPodWatcher.intervalSeconds', { 'config.unmanaged-pod-watcher-interval': '15s' }, '15'],
    ['hubble.tls.enabled', { 'config.hubble-disable-tls': 'false' }, 'true'],
    ['image.tag', { 'image.cilium.cilium-agent': 'quay.io/cilium/cilium:v1.18.2' }, undefined],
    ['image.tag', { 'image.cilium.cilium-agent': 'registry:5000/cilium/cilium:v1.18.3-own' }, 'v1.18.3-own'],
    ['image.repository', { 'image.cilium.cilium-agent': 'registry:5000/cilium/cilium' }, 'registry:5000/cilium/cilium'],
  ])('%s of %o is %o', (path, facts, value) => expect(readSetting(path, facts as never)).toStrictEqual(value));

  test('an opaque fact stays opaque', () => {
    for (const path of [
      'ipam.mode',
      'autoDirectNodeRoutes',
      'envoy.enabled',
      'encryption.enabled',
      'encryption.type',
      'securityContext.capabilities.ciliumAgent',
      'image.tag',
    ]) {
      const setting = settingAt(path)!;
      const read = setting.read(factsOf({ [setting.facts[0]!]: { opaque: 'a variable' } }), null);
      expect(read).toMatchObject({ value: undefined, opaque: { reason: 'a variable' } });
    }
  });
});

describe('a difference that means nothing', () => {
  const why = (path: string, bootstrap: Record<string, string | { opaque: string }>, argocd: Record<string, string | { opaque: string }>) =>
    settingAt(path)!.irrelevant?.(factsOf(bootstrap), factsOf(argocd));
  const pool = { 'config.cluster-pool-ipv4-cidr': '10.0.0.0/8', 'config.ipam': 'cluster-pool' };
  const replaced = { 'config.kube-proxy-replacement': 'true' };
  test.each([
    ['ipam.operator.clusterPoolIPv4PodCIDRList', pool, { 'config.ipam': 'kubernetes' }, 'it follows from ipam.mode, which differs itself'],
    ['ipam.operator.clusterPoolIPv4PodCIDRList', pool, { ...pool, 'config.cluster-pool-ipv4-cidr': '10.1.0.0/16' }, undefined],
    ['ipam.operator.clusterPoolIPv4PodCIDRList', pool, { 'config.ipam': { opaque: 'a variable' } }, undefined],
    [
      'socketLB.enabled',
      { ...replaced, 'config.bpf-lb-sock': 'true' },
      replaced,
      'kubeProxyReplacement is on, which turns this on whatever the value says',
    ],
    ['socketLB.enabled', { 'config.bpf-lb-sock': 'true' }, replaced, undefined],
    [
      'tunnelProtocol',
      { 'config.routing-mode': 'native' },
      { 'config.routing-mode': 'native' },
      'routingMode is native on both sides: nothing is tunnelled',
    ],
    [
      'tunnelProtocol',
      { 'config.routing-mode': 'native', 'config.bpf-lb-dsr-dispatch': 'geneve', 'config.bpf-lb-mode': 'dsr' },
      { 'config.routing-mode': 'native' },
      undefined,
    ],
    ['tunnelProtocol', { 'config.routing-mode': 'tunnel' }, {}, undefined],
    [
      'hubble.listenAddress',
      { 'config.enable-hubble': 'true' },
      { 'config.enable-hubble': 'false' },
      'it follows from hubble.enabled, which differs itself',
    ],
    ['hubble.listenAddress', { 'config.enable-hubble': 'false' }, {}, undefined],
    [
      'clustermesh.mcsapi.installCRDs',
      {},
      { 'config.clustermesh-mcs-api-install-crds': 'true' },
      'clustermesh.mcsapi.enabled is off on both sides',
    ],
    [
      'securityContext.capabilities.ciliumAgent',
      { 'privileged.cilium.cilium-agent': 'true' },
      { 'privileged.cilium.cilium-agent': 'false' },
      'it follows from securityContext.privileged, which differs itself',
    ],
  ])('%s of %o and %o', (path, bootstrap, argocd, reason) => expect(why(path, bootstrap as never, argocd as never)).toBe(reason));
});
