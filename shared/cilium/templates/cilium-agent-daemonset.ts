import { type ChartValues, goText } from '../chart-values.ts';
import { agentRuns, hasEnvoyDaemonSet, privileged } from './components.ts';
import type { Condition, FactFamily, FactRule } from './fact-rule.ts';
import { apiServerRules, argsText, containerRules, directory, environment, present, when } from './workload.ts';

/** Before `sysctlfix` existed, its init container went with the cgroup mount. */
const sysctlfix: Condition = (values) =>
  values.truthy(
    values.since('1.16.0-rc.0') ||
      (values.since('1.14.13') && values.before('1.15.0-pre.0')) ||
      (values.since('1.15.7') && values.before('1.16.0-pre.0'))
      ? 'sysctlfix.enabled'
      : 'cgroup.autoMount.enabled',
  );

const buildsConfig: Condition = (values) =>
  values.before('1.19.0-pre.0') ||
  values.isNull('daemon.configSources') ||
  !/^config-map:[^,]+$/.test(values.text('daemon.configSources')!);

const waitsForKubeProxy: Condition = (values) => {
  if (!values.truthy('waitForKubeProxy')) return false;
  const replacement = values.textOr('kubeProxyReplacement', 'false');
  return replacement !== 'strict' && (values.before('1.15.0-pre.1') || replacement !== 'true');
};

/** First only to end connections of sockets in pods, later always. */
const seesPodNamespaces: Condition = (values) => {
  if (values.since('1.16.6')) return values.version !== '1.17.0-pre.0' || values.truthy('socketLB.enabled');
  if (values.before('1.16.0')) return false;
  return (
    values.truthy('socketLB.enabled') &&
    (values.isNull('socketLB.terminatePodConnections') || values.truthy('socketLB.terminatePodConnections'))
  );
};

const crio: Condition = (values) => values.before('1.16.0-pre.2') && values.text('containerRuntime.integration') === 'crio';
const mountsBpf: Condition = (values) => values.truthy('bpf.autoMount.enabled');
const runsIn =
  (condition: Condition): Condition =>
  (values) =>
    agentRuns(values) && condition(values);

const path = ['agent'];
const privilegedPath = ['securityContext.privileged', ...path];

const hostPath = (
  volume: string,
  helmPath: string | readonly string[],
  value: (values: ChartValues) => string | undefined,
  condition: Condition = () => true,
): FactRule => when(runsIn(condition), `hostPath.cilium.${volume}`, helmPath, value);

const init = (container: string, helmPath: readonly string[], condition: Condition, capabilities?: string): FactRule[] =>
  containerRules({
    name: `cilium.${container}`,
    path: [...helmPath, ...privilegedPath],
    rendered: runsIn(condition),
    image: 'image',
    privileged,
    ...(capabilities ? { capabilities } : {}),
  });

const always: Condition = () => true;

/** The agent's name is `cilium` unless `name` says otherwise (from 1.18); the facts keep the default's name. */
export const ciliumAgentDaemonset: readonly FactRule[] = [
  present('DaemonSet/cilium', path, agentRuns),
  ...containerRules({
    name: 'cilium.cilium-agent',
    path: privilegedPath,
    rendered: agentRuns,
    image: 'image',
    capabilities: 'securityContext.capabilities.ciliumAgent',
    privileged,
  }),
  ...containerRules({
    name: 'cilium.config',
    path,
    rendered: runsIn(buildsConfig),
    image: 'image',
    fixedCapabilities: (values) => (values.since('1.19.0-pre.0') ? ['NET_ADMIN'] : []),
    privileged: (values) => values.since('1.19.0-pre.0') && privileged(values),
  }),
  ...init(
    'mount-cgroup',
    ['cgroup.autoMount.enabled'],
    (values) => values.truthy('cgroup.autoMount.enabled'),
    'securityContext.capabilities.mountCgroup',
  ),
  ...init(
    'apply-sysctl-overwrites',
    ['sysctlfix.enabled', 'cgroup.autoMount.enabled'],
    sysctlfix,
    'securityContext.capabilities.applySysctlOverwrites',
  ),
  ...containerRules({
    name: 'cilium.mount-bpf-fs',
    path: ['bpf.autoMount.enabled', ...path],
    rendered: runsIn((values) => mountsBpf(values) && !privileged(values)),
    image: 'image',
    privileged: always,
  }),
  ...containerRules({
    name: 'cilium.wait-for-node-init',
    path: ['nodeinit.enabled', ...path],
    rendered: runsIn((values) => values.truthy('nodeinit.enabled') && values.truthy('nodeinit.bootstrapFile')),
    image: 'image',
  }),
  ...init('clean-cilium-state', [], always, 'securityContext.capabilities.cleanCiliumState'),
  ...containerRules({
    name: 'cilium.wait-for-kube-proxy',
    path: ['waitForKubeProxy', ...path],
    rendered: runsIn(waitsForKubeProxy),
    image: 'image',
    privileged: always,
  }),
  ...init('install-cni-binaries', ['cni.install'], (values) => values.truthy('cni.install')),
  ...apiServerRules('cilium.cilium-agent', agentRuns),
  ...apiServerRules('cilium.config', runsIn(buildsConfig)),
  ...apiServerRules('cilium.clean-cilium-state', agentRuns),
  when(agentRuns, 'env.cilium.cilium-agent.CILIUM_CLUSTERMESH_CONFIG', path, () => '/var/lib/cilium/clustermesh/'),
  ...(
    [
      ['KUBE_CLIENT_BACKOFF_BASE', 'k8sClientExponentialBackoff.backoffBaseSeconds'],
      ['KUBE_CLIENT_BACKOFF_DURATION', 'k8sClientExponentialBackoff.backoffMaxDurationSeconds'],
    ] as const
  ).map(([name, helmPath]) =>
    when(
      runsIn((values) => values.since('1.18.0-pre.0') && values.truthy('k8sClientExponentialBackoff.enabled')),
      `env.cilium.cilium-agent.${name}`,
      helmPath,
      (values) => values.text(helmPath) ?? '',
    ),
  ),
  when(
    runsIn((values) => values.truthy('cgroup.autoMount.enabled')),
    'env.cilium.mount-cgroup.CGROUP_ROOT',
    'cgroup.hostRoot',
    (values) => values.text('cgroup.hostRoot') ?? '',
  ),
  when(
    runsIn((values) => values.truthy('cgroup.autoMount.enabled')),
    'env.cilium.mount-cgroup.BIN_PATH',
    'cni.binPath',
    (values) => values.text('cni.binPath') ?? '',
  ),
  when(runsIn(sysctlfix), 'env.cilium.apply-sysctl-overwrites.BIN_PATH', 'cni.binPath', (values) => values.text('cni.binPath') ?? ''),
  when(agentRuns, 'args.cilium.cilium-agent', ['sleepAfterInit', 'extraArgs'], (values) =>
    values.truthy('sleepAfterInit')
      ? argsText(['while true; do\n  sleep 30;\ndone\n'], undefined)
      : argsText(['--config-dir=/tmp/cilium/config-map'], values.find('extraArgs')),
  ),
  when(
    runsIn((values) => mountsBpf(values) && !privileged(values)),
    'args.cilium.mount-bpf-fs',
    'bpf.autoMount.enabled',
    () => JSON.stringify(['mount | grep "/sys/fs/bpf type bpf" || mount -t bpf bpf /sys/fs/bpf']),
  ),
  when(agentRuns, 'hostNetwork.cilium', path, () => 'true'),
  hostPath('cilium-run', 'daemon.runPath', (values) => values.text('daemon.runPath') ?? ''),
  hostPath('cilium-netns', ['socketLB.terminatePodConnections', ...path], () => '/var/run/netns', seesPodNamespaces),
  hostPath(
    'bpf-maps',
    'bpf.autoMount.enabled',
    () => '/sys/fs/bpf',
    (values) => values.since('1.18.0-pre.0') || (mountsBpf(values) && !crio(values)),
  ),
  hostPath(
    'hostproc',
    ['cgroup.autoMount.enabled', 'sysctlfix.enabled'],
    () => '/proc',
    (values) => values.truthy('cgroup.autoMount.enabled') || sysctlfix(values),
  ),
  hostPath('cilium-cgroup', 'cgroup.hostRoot', (values) => values.text('cgroup.hostRoot') ?? ''),
  hostPath('cni-path', 'cni.binPath', (values) => values.text('cni.binPath') ?? ''),
  hostPath('etc-cni-netd', 'cni.confPath', (values) => values.text('cni.confPath') ?? ''),
  hostPath('lib-modules', path, () => '/lib/modules'),
  hostPath('xtables-lock', path, () => '/run/xtables.lock'),
  hostPath(
    'spire-agent-socket',
    'authentication.mutual.spire.adminSocketPath',
    (values) => directory(values.text('authentication.mutual.spire.adminSocketPath') ?? ''),
    (values) => values.truthy('authentication.mutual.spire.enabled'),
  ),
  hostPath(
    'envoy-sockets',
    ['envoy.enabled', 'daemon.runPath'],
    (values) => `${values.text('daemon.runPath') ?? ''}/envoy/sockets`,
    hasEnvoyDaemonSet,
  ),
  hostPath(
    'kube-config',
    'kubeConfigPath',
    (values) => values.text('kubeConfigPath'),
    (values) => values.truthy('kubeConfigPath'),
  ),
  hostPath(
    'cilium-bootstrap-file-dir',
    'nodeinit.bootstrapFile',
    (values) => directory(values.text('nodeinit.bootstrapFile')!),
    (values) => values.truthy('nodeinit.enabled') && values.truthy('nodeinit.bootstrapFile'),
  ),
  ...(['net', 'kernel'] as const).map((part) =>
    hostPath(
      `host-proc-sys-${part}`,
      privilegedPath,
      () => `/proc/sys/${part}`,
      (values) => !privileged(values),
    ),
  ),
];

/** `extraEnv` of the agent, wherever the template repeats it, and `extraHostPathMounts`. */
export const ciliumAgentExtras: readonly FactFamily[] = [
  {
    path: 'extraEnv',
    *facts(values) {
      if (!agentRuns(values)) return;
      const list = values.find('extraEnv');
      for (const container of ['cilium-agent', 'config', 'clean-cilium-state']) {
        if (container !== 'config' || buildsConfig(values)) yield* environment(`cilium.${container}`, list);
      }
    },
  },
  {
    path: 'extraHostPathMounts',
    *facts(values) {
      const list = agentRuns(values) ? values.find('extraHostPathMounts') : undefined;
      if (list?.kind !== 'list') return;
      for (const mount of list.items) {
        if (mount.kind !== 'map') continue;
        const name = mount.entries.get('name');
        const host = mount.entries.get('hostPath');
        if (name?.kind === 'scalar' && host) yield { fact: `hostPath.cilium.${name.value}`, value: goText(host), node: host };
      }
    },
  },
];
