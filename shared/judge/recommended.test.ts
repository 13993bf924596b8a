import { describe, expect, it } from 'vitest';
import { check } from '../check.ts';
import { memoryRepository } from '../repository/memory.ts';
import { application, installScript, jobPatch, omniTemplate, talconfig, WITHOUT_KUBE_PROXY } from './example.ts';

// What https://docs.siderolabs.com/kubernetes-guides/cni/deploying-cilium tells people to write must find nothing but advice.
const CAPABILITIES = `securityContext:
  capabilities:
    ciliumAgent: [CHOWN, KILL, NET_ADMIN, NET_RAW, IPC_LOCK, SYS_ADMIN, SYS_RESOURCE, DAC_OVERRIDE, FOWNER, SETGID, SETUID]
    cleanCiliumState: [NET_ADMIN, SYS_ADMIN, SYS_RESOURCE]
cgroup:
  autoMount:
    enabled: false
  hostRoot: /sys/fs/cgroup`;
const WITH_PROXY = `ipam:\n  mode: kubernetes\nkubeProxyReplacement: false\n${CAPABILITIES}`;
const WITHOUT_PROXY = `ipam:\n  mode: kubernetes\nkubeProxyReplacement: true\n${CAPABILITIES}\nk8sServiceHost: localhost\nk8sServicePort: 7445`;
const GATEWAY = `${WITHOUT_PROXY}\ngatewayAPI:\n  enabled: true\n  enableAlpn: true\n  enableAppProtocol: true`;

const DOCUMENTS = `apiVersion: v1alpha1
kind: KubeFlannelCNIConfig
$patch: delete`;
const NO_PROXY_DOCUMENT = `apiVersion: v1alpha1
kind: KubeProxyConfig
enabled: false`;

const without = { legacy: talconfig({ talos: '1.13.4', patch: WITHOUT_KUBE_PROXY }) };
const spec = 'syncPolicy:\n  syncOptions:\n    - ServerSideApply=true';
const certificates = 'hubble:\n  tls:\n    auto:\n      method: cronJob';

const grave = (files: Record<string, string>) =>
  check(memoryRepository(files), { failOn: 'error', undecided: 'fail' }).findings.filter(({ level }) => level !== 'note');

describe("the values of Talos's guide", () => {
  it.each([
    ['with kube-proxy', WITH_PROXY, talconfig()],
    ['without kube-proxy', WITHOUT_PROXY, without.legacy],
    ['with Gateway API', GATEWAY, without.legacy],
    [
      'without kube-proxy in the shape of Talos 1.14',
      WITHOUT_PROXY,
      talconfig({ talos: '1.14.0', config: 'cniConfig:\n  name: none', patch: NO_PROXY_DOCUMENT })
        .replace('patches:', 'controlPlane:\n  patches:')
        .replace(
          /\n {2}- \|-\n {4}apiVersion: v1alpha1\n {4}kind: KubeProxyConfig\n {4}enabled: false/,
          '\n    - |-\n      apiVersion: v1alpha1\n      kind: KubeProxyConfig\n      enabled: false',
        ),
    ],
  ])('%s', (_, values, config) => {
    const files = {
      'talos/talconfig.yaml': config,
      'bootstrap.sh': installScript(),
      'bootstrap/values.yaml': `${values}\n${certificates}\n`,
      'argocd/cilium.yaml': application(`${values}\n${certificates}`, { spec }),
    };
    expect(grave(files)).toEqual([]);
  });

  it.each(['1.11.1', '1.12.4', '1.13.4'])('as the Job of the older guide, on Talos %s', (talos) => {
    const set = [
      'ipam.mode=kubernetes',
      'kubeProxyReplacement=true',
      'securityContext.capabilities.ciliumAgent={CHOWN,KILL,NET_ADMIN,NET_RAW,IPC_LOCK,SYS_ADMIN,SYS_RESOURCE,DAC_OVERRIDE,FOWNER,SETGID,SETUID}',
      'securityContext.capabilities.cleanCiliumState={NET_ADMIN,SYS_ADMIN,SYS_RESOURCE}',
      'cgroup.autoMount.enabled=false',
      'cgroup.hostRoot=/sys/fs/cgroup',
      'k8sServiceHost=localhost',
      'k8sServicePort=7445',
    ];
    const files = {
      'omni/cluster.yaml': omniTemplate({ talos }),
      'omni/patches/cilium.yaml': jobPatch({ set }),
      'argocd/cilium.yaml': application(`${WITHOUT_PROXY}\n${certificates}\noperator:\n  replicas: 1`, { spec }),
    };
    expect(grave(files)).toEqual([]);
  });

  it('as loose patches of both shapes', () => {
    for (const patch of [
      'cluster:\n  network:\n    cni:\n      name: none\n  proxy:\n    disabled: true\n',
      `${DOCUMENTS}\n---\n${NO_PROXY_DOCUMENT}\n`,
    ])
      expect(
        grave({ 'talos/patch.yaml': patch, 'argocd/cilium.yaml': application(`${WITHOUT_PROXY}\n${certificates}`, { spec }) }),
      ).toEqual([]);
  });
});
