import { describe, expect, test } from 'vitest';
import { wholeFile } from '../language/source-text.ts';
import { parseYaml } from '../language/yaml/parse.ts';
import { factsOfManifest } from './rendered-manifest.ts';
import { settingAt } from './settings/index.ts';

const read = (text: string) => factsOfManifest(parseYaml(wholeFile('cilium.yaml', text)).documents.map((d) => d.tree));
const values = (text: string) =>
  Object.fromEntries([...read(text)!.facts].map(([name, fact]) => [name, fact.opaque ? `opaque: ${fact.opaque.reason}` : fact.value]));

const agent = (version: string, more = '') => `---
# Source: cilium/templates/cilium-agent/daemonset.yaml
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: cilium
  namespace: kube-system
  labels:
    k8s-app: cilium
spec:
  template:
    spec:
      hostNetwork: true
      priorityClassName: system-node-critical
      tolerations:
        - operator: Exists
      containers:
        - name: cilium-agent
          image: "quay.io/cilium/cilium:${version}@sha256:0000000000000000000000000000000000000000000000000000000000000000"
          args:
            - --config-dir=/tmp/cilium/config-map
          env:
            - name: K8S_NODE_NAME
              valueFrom:
                fieldRef:
                  fieldPath: spec.nodeName
            - name: KUBERNETES_SERVICE_HOST
              value: "localhost"
            - name: KUBERNETES_SERVICE_PORT
              value: "7445"
          securityContext:
            capabilities:
              add:
                - NET_ADMIN
                - CHOWN
              drop:
                - ALL
${more}      volumes:
        - name: cilium-cgroup
          hostPath:
            path: /sys/fs/cgroup
            type: DirectoryOrCreate
        - name: tmp
          emptyDir: {}
`;

const config = `---
apiVersion: v1
kind: ConfigMap
metadata:
  name: cilium-config
  namespace: kube-system
data:
  ipam: "kubernetes"
  routing-mode: tunnel
  debug-verbose: ""
  tunnel-protocol: vxlan
  tunnel-protocol: geneve
  cluster-pool-ipv4-cidr: "10.0.0.0/8 10.2.0.0/16"
`;

const operator = `---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: cilium-operator
  namespace: kube-system
spec:
  replicas: 1
  template:
    spec:
      containers:
        - name: cilium-operator
          image: quay.io/cilium/operator-generic:v1.16.3
`;

describe('a manifest as Helm writes it', () => {
  test('has the facts that Helm’s output has', () => {
    expect(values(config + agent('v1.16.3') + operator)).toStrictEqual({
      'present.ConfigMap/cilium-config': 'true',
      'config.ipam': 'kubernetes',
      'config.routing-mode': 'tunnel',
      'config.debug-verbose': '',
      'config.tunnel-protocol': 'geneve',
      'config.cluster-pool-ipv4-cidr': '10.0.0.0/8 10.2.0.0/16',
      'present.DaemonSet/cilium': 'true',
      'labels.DaemonSet/cilium': '{"k8s-app":"cilium"}',
      'hostNetwork.cilium': 'true',
      'pod.cilium.priorityClassName': '"system-node-critical"',
      'pod.cilium.tolerations': '[{"operator":"Exists"}]',
      'hostPath.cilium.cilium-cgroup': '/sys/fs/cgroup',
      'image.cilium.cilium-agent': 'quay.io/cilium/cilium:v1.16.3',
      'caps.cilium.cilium-agent': 'CHOWN NET_ADMIN',
      'privileged.cilium.cilium-agent': 'false',
      'args.cilium.cilium-agent': '["--config-dir=/tmp/cilium/config-map"]',
      'env.cilium.cilium-agent.KUBERNETES_SERVICE_HOST': 'localhost',
      'env.cilium.cilium-agent.KUBERNETES_SERVICE_PORT': '7445',
      'present.Deployment/cilium-operator': 'true',
      'replicas.cilium-operator': '1',
      'hostNetwork.cilium-operator': 'false',
      'image.cilium-operator.cilium-operator': 'quay.io/cilium/operator-generic:v1.16.3',
      'caps.cilium-operator.cilium-operator': '',
      'privileged.cilium-operator.cilium-operator': 'false',
    });
  });

  test('has places, the version and the namespace', () => {
    const found = read(config + agent('v1.16.3'))!;
    expect(found.facts.get('config.tunnel-protocol')).toStrictEqual({
      value: 'geneve',
      place: { file: 'cilium.yaml', line: 12, column: 20 },
      origin: 'set',
    });
    expect(found).toMatchObject({ chartVersion: '1.16.3', namespace: 'kube-system', versionPlace: { file: 'cilium.yaml', line: 32 } });
  });

  test.each([
    ['v1.18.2', '', '1.18.2'],
    ['v1.19.0-pre.1', '', '1.19.0-pre.1'],
    ['latest', '', null],
    ['v1.18.2-own', operator, '1.16.3'],
    ['own', '---\nkind: ConfigMap\nmetadata: { name: cilium-config, labels: { helm.sh/chart: cilium-1.20.0 } }\n', '1.20.0'],
  ])('image tag %s beside %o is chart %s', (tag, more, version) => expect(read(agent(tag) + more)!.chartVersion).toBe(version));

  test('reads lists of objects, and the last of two objects of one name', () => {
    const list = `kind: List\nitems:\n  - kind: ConfigMap\n    metadata: { name: cilium-config }\n    data: { ipam: cluster-pool }\n`;
    const facts = values(`${config}${agent('v1.18.2')}---\n${list}`);
    expect(facts['config.ipam']).toBe('cluster-pool');
    expect(facts['config.routing-mode']).toBeUndefined();
  });

  test.each([
    ['nothing', ''],
    ['another workload', 'kind: DaemonSet\nmetadata: { name: flannel }\n'],
    ['Hubble alone', 'kind: Deployment\nmetadata: { name: hubble-ui }\n'],
    ['a piece of the configuration', config],
    ['text', 'cilium\n'],
  ])('%s is no Cilium', (_, text) => expect(read(text)).toBeUndefined());
});

describe('what cannot be read', () => {
  test('is opaque and never absent', () => {
    const facts = values(config.replace('"kubernetes"', '"{{ ipam }}"') + agent('v1.18.2'));
    expect(facts['config.ipam']).toMatch(/^opaque: /);
    expect(facts['config.routing-mode']).toBe('tunnel');
  });

  test('a hidden list hides what could stand in it', () => {
    const found = read(config + agent('v1.18.2', '      initContainers: "{{ containers }}"\n'))!;
    expect(settingAt('cgroup.autoMount.enabled')!.read(found.facts, null).opaque).toBeDefined();
    expect(found.facts.get('caps.cilium.cilium-agent')?.value).toBe('CHOWN NET_ADMIN');
  });

  test('an object that is missing hides its facts', () => {
    const found = read(agent('v1.18.2'))!;
    expect(settingAt('ipam.mode')!.read(found.facts, null).opaque?.reason).toBe('the manifest holds no ConfigMap/cilium-config');
  });

  test('a document that cannot be read may be any object', () => {
    const found = read(`${config}${agent('v1.18.2')}---\nkind: "{{ kind }}"\nmetadata: { name: x }\n`)!;
    expect(settingAt('envoy.enabled')!.read(found.facts, null).opaque).toBeDefined();
    expect(settingAt('agent')!.read(found.facts, null).value).toBe('true');
  });

  test('hostile keys are keys like any other', () => {
    const facts = read(`${config}  __proto__: x\n  constructor: z\n${agent('v1.18.2')}`)!.facts;
    expect(facts.get('config.__proto__')?.value).toBe('x');
    expect(facts.get('config.constructor')?.value).toBe('z');
  });

  test.each([
    'kind: DaemonSet\nmetadata: [1]\nspec: 3\n',
    'kind: [x]\n',
    'kind: DaemonSet\nmetadata: { name: cilium }\nspec: { template: { spec: { containers: { a: 1 }, volumes: [3, [4]] } } }\n',
  ])('odd shapes do no harm: %j', (text) => expect(() => read(text)).not.toThrow());
});
