import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { check } from '../shared/check.ts';
import { type Format, formats } from '../shared/report/formats.ts';
import { memoryRepository } from '../shared/repository/memory.ts';

/** Numbers that look random and are the same each time. */
function* random(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (state * 1664525 + 1013904223) % 4294967296;
    yield state;
  }
}
const numbers = random(11);
const secretWord = () => `Q7x${Array.from({ length: 3 }, () => numbers.next().value!.toString(36)).join('')}`;

const pem = (secret: string) => `-----BEGIN EC PRIVATE KEY-----\n${secret}\n-----END EC PRIVATE KEY-----`;
const url = (secret: string) => `https://user:${secret}@charts.example.org/cilium`;
const token = (secret: string) => `ghp_${secret.padEnd(36, 'x')}`;

const application = (helm: Record<string, unknown>, source: Record<string, unknown> = {}) =>
  stringify({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'cilium' },
    spec: {
      destination: { server: 'https://kubernetes.default.svc', namespace: 'kube-system' },
      source: {
        repoURL: 'https://helm.cilium.io',
        chart: 'cilium',
        targetRevision: '1.18.2',
        ...source,
        helm: { releaseName: 'cilium', ...helm },
      },
    },
  });
const plain = { 'argocd/cilium.yaml': application({ valuesObject: { ipam: { mode: 'kubernetes' } } }) };
const install = (flags: string, repository = 'https://helm.cilium.io') =>
  `helm upgrade --install cilium cilium --repo ${repository} --version 1.18.2 -n kube-system ${flags}\n`;
const withValues = (values: string) => ({ ...plain, 'bootstrap.sh': install('-f values.yaml'), 'values.yaml': values });
const talosPatch = (contents: string) =>
  stringify({
    cluster: { network: { cni: { name: 'none' } }, proxy: { disabled: true }, inlineManifests: [{ name: 'cilium', contents }] },
  });
const job = (...flags: string[]) =>
  talosPatch(
    stringify({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'cilium-install', namespace: 'kube-system' },
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: 'install',
                image: 'quay.io/cilium/cilium-cli:v0.18.7',
                command: ['cilium', 'install', '--version', '1.18.2', ...flags],
              },
            ],
          },
        },
      },
    }),
  );
const manifest = (secret: string) =>
  [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'cilium-ca' },
      data: { 'ca.key': secret },
      stringData: { 'tls.key': pem(secret), plain: secret },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'cilium-config', namespace: 'kube-system' },
      data: { ipam: 'kubernetes', 'routing-mode': pem(secret), 'etcd-config': url(secret), 'some-token': secret },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'cilium', namespace: 'kube-system' },
      spec: {
        template: {
          spec: { containers: [{ name: 'cilium-agent', image: 'quay.io/cilium/cilium:v1.18.2', env: [{ name: 'TOKEN', value: secret }] }] },
        },
      },
    },
  ]
    .map((document) => stringify(document))
    .join('---\n');

// What a repository may hold, and where a secret would stand in it.
const places: Record<string, (secret: string) => Record<string, string>> = {
  'keys and environments in values': (s) =>
    withValues(
      stringify({
        tls: { ca: { key: s } },
        hubble: { tls: { server: { key: s } }, relay: { tls: { client: { key: s } }, extraEnv: [{ name: 'A', value: s }] } },
        extraEnv: [{ name: 'TOKEN', value: s }],
        operator: { extraEnv: [{ name: 'TOKEN', value: s }] },
        extraContainers: [{ name: 'a', env: [{ name: 'TOKEN', value: s }] }],
        clustermesh: { config: { enabled: true, clusters: [{ name: 'other', tls: { key: s } }] } },
        extraConfig: { 'api-token': s, password: s },
        etcd: { endpoints: [s] },
      }),
    ),
  'shapes anywhere': (s) =>
    withValues(
      stringify({
        podAnnotations: { a: pem(s), b: `see ${url(s)}`, c: token(s), d: `text before ${pem(s)} and after` },
        ipam: { mode: pem(s) },
        cluster: { name: token(s), id: pem(s) },
        k8sServiceHost: url(s),
        devices: [url(s), token(s)],
      }),
    ),
  'texts where maps belong': (s) =>
    withValues(stringify({ tls: s, hubble: { tls: { server: s } }, extraEnv: s, etcd: [s], azure: s, imagePullSecrets: s })),
  'keys of no chart': (s) => withValues(stringify({ unknown: { password: s, nested: { privateKey: s, token: s } } })),
  'a quote that never ends': (s) => withValues(`tls:\n  ca:\n    key: "${s}\n  x: *${s}\n &${s} : [\n`),
  'an alias, a tag, a template': (s) =>
    withValues(`tls:\n  ca:\n    key: *${s}\n    cert: !${s} x\nextraEnv:\n- {name: A, value: "{{ ${s} }}"}\n`),
  'a key that stands twice': (s) => withValues(`tls: {ca: {key: ${s}, key: ${s}2}}\n`),
  'broken JSON': (s) => ({
    ...plain,
    'bootstrap.sh': install('-f values.json'),
    'values.json': `{"tls": {"ca": {"key": "${s}", }, "extraEnv": "${s}`,
  }),
  'flags of Helm': (s) => ({
    ...plain,
    'bootstrap.sh': `export TOKEN=${s}\n${install(`--set tls.ca.key=${s} --set 'extraEnv[0].value=${s}' --set-string hubble.tls.server.key="$TOKEN" --password ${s}`)}`,
  }),
  'flags that Helm refuses': (s) => ({
    ...plain,
    'bootstrap.sh': install(`--set 'tls.ca.key={${s}' --set 'extraEnv[a].value=${s}' --set-json 'tls={"ca":{"key":"${s}"'`),
  }),
  'a repository with credentials': (s) => ({
    'bootstrap.sh': install('', url(s)),
    'argocd/cilium.yaml': application({ valuesObject: {} }, { repoURL: url(s) }),
  }),
  'a Job': (s) => ({
    ...plain,
    'talos/patch.yaml': job('--set', `tls.ca.key=${s}`, '--set', `extraEnv[0].value=${s}`, `--set=tls.ca.key[=${s}`),
  }),
  'a rendered manifest': (s) => ({ ...plain, 'talos/patch.yaml': talosPatch(manifest(s)) }),
  'a broken manifest': (s) => ({
    ...plain,
    'talos/patch.yaml': talosPatch(`${manifest(s)}---\nkind: Secret\ndata: {tls.key: [${s}], b: "${s}`),
  }),
  'parameters of Argo CD': (s) => ({
    'bootstrap.sh': install(''),
    'argocd/cilium.yaml': application({
      parameters: [
        { name: 'tls.ca.key', value: s },
        { name: 'extraEnv[0].value', value: s },
        { name: 'tls[', value: s },
      ],
      valueFiles: [`${url(s)}/values.yaml`],
    }),
  }),
  'values in a string that is no YAML': (s) => ({
    'bootstrap.sh': install(''),
    'argocd/cilium.yaml': application({ values: `tls: {ca: {key: "${s}\nextraEnv: [\n` }),
  }),
  'a machine configuration': (s) => ({
    ...plain,
    'bootstrap.sh': install(''),
    'talos/controlplane.yaml': stringify({
      version: 'v1alpha1',
      machine: { type: 'controlplane', token: s, ca: { crt: s, key: [s] }, unknownField: s, env: { TOKEN: s } },
      cluster: { id: s, secret: { a: s }, token: s, aescbcEncryptionSecret: [s], network: { cni: { name: 'none', urls: [url(s)] } } },
    }),
  }),
  'Terraform and helmfile': (s) => ({
    ...plain,
    'main.tf': `resource "helm_release" "cilium" {\n  name = "cilium"\n  repository = "https://helm.cilium.io"\n  chart = "cilium"\n  version = "1.18.2"\n  namespace = "kube-system"\n  repository_password = "${s}"\n  set_sensitive {\n    name = "podAnnotations.x"\n    value = "${s}"\n  }\n}\n`,
    'helmfile.yaml': stringify({
      repositories: [{ name: 'cilium', url: url(s), password: s }],
      releases: [
        { name: 'cilium', namespace: 'kube-system', chart: 'cilium/cilium', version: '1.18.2', set: [{ name: 'tls.ca.key', value: s }] },
      ],
    }),
  }),
};

describe('secrets stay where they are, in every format', () => {
  it.each(Object.keys(places))('%s', async (place) => {
    for (let i = 0; i < 3; i++) {
      const secret = secretWord();
      const report = check(memoryRepository(places[place]!(secret)), { failOn: 'error', undecided: 'fail' });
      expect(report.clusters.length + report.unused.length).toBeGreaterThan(0);
      for (const format of Object.keys(formats) as Format[]) {
        for (const showAll of format === 'table' ? [false, true] : [true]) {
          const text = await formats[format](report, { width: 200, colour: false, showAll, version: '1.2.3' });
          expect(text.replace(/\s+/g, ''), format).not.toContain(secret);
        }
      }
    }
  });
});
