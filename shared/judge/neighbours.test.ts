import { expect, test } from 'vitest';
import { check } from '../check.ts';
import { memoryRepository } from '../repository/memory.ts';
import {
  application,
  bothSides,
  type ExampleFiles,
  inlinePatch,
  installScript,
  jobPatch,
  omniTemplate,
  renderedManifest,
  talconfig,
  valuesApplication,
  WITHOUT_KUBE_PROXY,
} from './example.ts';

// The examples of a rule stand in the middle of what it means; these stand at its edges.
const messageOf = (rule: string, files: ExampleFiles) =>
  check(memoryRepository(files), { failOn: 'error', undecided: 'fail' }).findings.find((finding) => finding.rule === rule)?.message;

const IPAM = 'ipam:\n  mode: kubernetes';
const argo = (values = IPAM, spec?: string) => ({ 'argocd/cilium.yaml': application(values, spec === undefined ? {} : { spec }) });
const job = (image: string) => ({ 'omni/cluster.yaml': omniTemplate(), 'omni/patches/cilium.yaml': jobPatch({ image }) });
const talos = (more: Parameters<typeof talconfig>[0]) => ({ ...argo(), 'talos/talconfig.yaml': talconfig(more) });
const pods = (values: string, config: string) => ({
  ...argo(values),
  'talos/talconfig.yaml': talconfig({ config: `cniConfig:\n  name: none\n${config}` }),
});
const pool = (list: string) => `ipam:\n  mode: cluster-pool\n  operator:\n    clusterPoolIPv4PodCIDRList: ${list}`;
const native = (range: string) => `${IPAM}\nroutingMode: native\nipv4NativeRoutingCIDR: ${range}`;
const local = (port: string, host = 'localhost') => ({
  ...argo(`kubeProxyReplacement: true\nk8sServiceHost: ${host}\nk8sServicePort: ${port}`),
  'talos/talconfig.yaml': talconfig({ patch: WITHOUT_KUBE_PROXY }),
});
const two = (second: string) => ({
  'bootstrap.sh': installScript(),
  'bootstrap/values.yaml': `${IPAM}\n`,
  'rebuild.sh': second,
  ...argo(),
});
const watching = (paths: string, file = 'values/cilium.yaml') => ({
  'apps/cilium.yaml': valuesApplication(file, { annotation: `argocd.argoproj.io/manifest-generate-paths: ${paths}` }),
  [file]: `${IPAM}\n`,
});
const image = (tag: string) => ({
  'omni/cluster.yaml': omniTemplate(),
  'omni/patches/cilium.yaml': inlinePatch(renderedManifest({ image: tag })),
});
const monitors = 'prometheus:\n  enabled: true\n  serviceMonitor:\n    enabled: true';

test.each<[rule: string, what: string, files: ExampleFiles, said: RegExp | undefined]>([
  ['floating-cli-image', 'an image without a tag', job('quay.io/cilium/cilium-cli'), /runs quay\.io\/cilium\/cilium-cli,/],
  ['floating-cli-image', 'a registry with a port, and no tag', job('registry.example:5000/cilium/cilium-cli'), /:5000\/cilium/],
  ['floating-cli-image', 'a tag', job('quay.io/cilium/cilium-cli:v0.18.7'), undefined],
  ['floating-cli-image', 'a digest', job('quay.io/cilium/cilium-cli@sha256:0123'), undefined],

  ['kubernetes-beyond-talos', 'the oldest that it supports', talos({ talos: '1.12.4', kubernetes: '1.30.1' }), undefined],
  ['kubernetes-beyond-talos', 'the newest that it supports', talos({ talos: '1.12.4', kubernetes: '1.35.1' }), undefined],
  ['kubernetes-beyond-talos', 'an older one', talos({ talos: '1.12.4', kubernetes: '1.29.1' }), /1\.30 to 1\.35, not v?1\.29\.1/],
  ['kubernetes-beyond-talos', 'a Talos that nobody listed', talos({ talos: '1.99.0', kubernetes: '1.29.1' }), undefined],
  ['untested-kubernetes', 'the oldest that was tested', talos({ kubernetes: '1.30.1' }), undefined],
  ['untested-kubernetes', 'the newest that was tested', talos({ kubernetes: '1.33.1' }), undefined],
  ['untested-kubernetes', 'an older one', talos({ kubernetes: '1.29.1' }), /is older than .* \(1\.30 to 1\.33\)/],
  ['untested-kubernetes', 'a newer one', talos({ kubernetes: '1.34.1' }), /is newer than/],

  ['native-routing-cidr-too-small', 'the same range', pods(native('10.42.0.0/16'), 'clusterPodNets: [10.42.0.0/16]'), undefined],
  ['native-routing-cidr-too-small', 'a larger range', pods(native('10.0.0.0/8'), 'clusterPodNets: [10.42.0.0/16]'), undefined],
  [
    'native-routing-cidr-too-small',
    'a part of it',
    pods(native('10.42.0.0/17'), 'clusterPodNets: [10.42.0.0/16]'),
    /10\.42\.0\.0\/17 natively/,
  ],
  [
    'native-routing-cidr-too-small',
    'one of two subnets',
    pods(native('10.42.0.0/16'), 'clusterPodNets: [10.42.0.0/16, 10.43.0.0/16]'),
    /10\.43\.0\.0\/16/,
  ],
  [
    'native-routing-cidr-too-small',
    'a tunnel',
    pods(`${IPAM}\nipv4NativeRoutingCIDR: 10.244.0.0/16`, 'clusterPodNets: [10.42.0.0/16]'),
    undefined,
  ],

  [
    'pool-outside-pod-subnets',
    'the same pool',
    pods(pool('[10.42.0.0/16]'), 'clusterPodNets: [10.42.0.0/16]'),
    /takes Talos's pod subnets as its pool/,
  ],
  [
    'pool-outside-pod-subnets',
    'another pool',
    pods(pool('[10.42.0.0/16]'), 'clusterPodNets: [10.43.0.0/16]'),
    /from 10\.42\.0\.0\/16; Talos's pod subnets are 10\.43/,
  ],
  [
    'pool-outside-pod-subnets',
    'a pool in which the services lie',
    pods(pool('[10.0.0.0/8]'), 'clusterPodNets: [10.244.0.0/16]\nclusterSvcNets: [10.96.0.0/12]'),
    /in which the services' 10\.96\.0\.0\/12 lies/,
  ],
  ['pool-outside-pod-subnets', 'addresses from Kubernetes', pods(IPAM, 'clusterPodNets: [10.42.0.0/16]'), undefined],

  ['kubeprism-elsewhere', 'its port', local('7445'), undefined],
  ['kubeprism-elsewhere', 'its port as a text', local('"7445"'), undefined],
  ['kubeprism-elsewhere', 'another port', local('7446'), /at port 7446 of the loopback address, KubePrism listens on 7445/],
  ['kubeprism-elsewhere', 'the port of the API server, which is another fault', local('6443'), undefined],
  ['kubeprism-elsewhere', 'another address', local('7446', '10.0.0.10'), undefined],

  ['image-of-another-version', 'the version of the chart', image('1.18.2'), undefined],
  ['image-of-another-version', 'another version', image('1.18.1'), /is of version 1\.18\.1, the chart that it was made with is 1\.18\.2/],
  ['image-of-another-version', 'another version by its digest', image('1.18.1@sha256:0123'), /is of version 1\.18\.1,/],
  ['image-of-another-version', 'a tag that is no version', image('stable'), undefined],

  [
    'equal-evidence',
    'another version',
    two(installScript({ version: '1.16.3' })),
    /^Another declaration speaks .* and says something else: rebuild\.sh:2 beside bootstrap\.sh:2|bootstrap\.sh:2 beside rebuild\.sh:2/,
  ],
  ['equal-evidence', 'the same', two(installScript()), undefined],
  [
    'equal-evidence',
    'other values of the same version',
    two('helm upgrade --install cilium cilium --repo https://helm.cilium.io --version 1.18.2 --namespace kube-system --set MTU=1400\n'),
    /says something else/,
  ],
  [
    'equal-evidence',
    'two others',
    { ...two(installScript({ version: '1.16.3' })), 'third.sh': installScript({ version: '1.16.4' }) },
    /^2 other declarations speak .* and say something else/,
  ],

  ['client-side-apply', 'nothing said', argo(), /without ServerSideApply=true/],
  ['client-side-apply', 'server-side', argo(IPAM, 'syncPolicy:\n  syncOptions: [ServerSideApply=true]'), undefined],
  ['client-side-apply', 'another option', argo(IPAM, 'syncPolicy:\n  syncOptions: [CreateNamespace=true]'), /is applied without/],
  ['client-side-apply', 'replacing', argo(IPAM, 'syncPolicy:\n  syncOptions: [CreateNamespace=true, Replace=true]'), /replaces objects/],

  [
    'api-not-served',
    'both sides',
    bothSides(`${IPAM}\n${monitors}`, `${IPAM}\n${monitors}`),
    /of both sides as long as the cluster does not serve monitoring\.coreos\.com/,
  ],
  ['api-not-served', 'one that trusts', argo(`${IPAM}\n${monitors}\n    trustCRDsExist: true`), undefined],

  ['manifest-generate-paths', 'the root', watching('/'), undefined],
  ['manifest-generate-paths', 'its directory', watching('/values'), undefined],
  ['manifest-generate-paths', 'its directory among others', watching('/apps;/values/'), undefined],
  ['manifest-generate-paths', 'its directory by a pattern', watching('/values/*.yaml'), undefined],
  ['manifest-generate-paths', 'the file', watching('/values/cilium.yaml'), undefined],
  ['manifest-generate-paths', 'by a way round', watching('/apps/.././values'), undefined],
  [
    'manifest-generate-paths',
    'a directory that begins like it',
    watching('/val'),
    /does not look again when values\/cilium\.yaml changes: .* names \/val\./,
  ],
  ['manifest-generate-paths', 'what only a template knows', watching("'{{path}}'"), undefined],
])('%s, %s', (rule, _, files, said) => {
  const message = messageOf(rule, files);
  if (said === undefined) expect(message).toBeUndefined();
  else expect(message).toMatch(said);
});
