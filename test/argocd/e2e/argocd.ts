import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import type { Cluster, KubernetesObject } from './cluster.ts';
import { freePort, type Processes, program, type Running, until } from './processes.ts';

/** Argo CD on a cluster: Redis, repo-server and application controller. Plugin servers are started beside it. */
export interface ArgoCD {
  /** Where plugin servers put their sockets. */
  sockets: string;
  redis: Running;
  repoServer: Running;
  controller: Running;
}

/** Starts Argo CD as `manifests/install.yaml` would have it, without its API server: everything here is said to Kubernetes. */
export async function startArgoCD(processes: Processes, cluster: Cluster): Promise<ArgoCD> {
  await install(cluster);
  const directory = join(processes.directory, 'argocd');
  const sockets = join(processes.directory, 'sockets');
  const folder = (name: string) => {
    const path = join(directory, name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  mkdirSync(sockets, { recursive: true });
  const [redisPort, port, metrics, controllerMetrics] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const redis = processes.start('redis', program('redis'), [`127.0.0.1:${redisPort}`], {});
  const shared = {
    // Argo CD calls git, helm and git-verify-wrapper.sh by their names.
    PATH: `${dirname(program('helm'))}:${process.env.PATH}`,
    HOME: folder('home'),
    TMPDIR: folder('tmp'),
    ARGOCD_TLS_DATA_PATH: folder('tls'),
    ARGOCD_SSH_DATA_PATH: folder('ssh'),
    ARGOCD_APP_CONF_PATH: folder('configuration'),
    ARGOCD_GPG_ENABLED: 'false',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  const repoServer = processes.start(
    'repo-server',
    program('argocd'),
    {
      address: '127.0.0.1',
      port: String(port),
      'metrics-address': '127.0.0.1',
      'metrics-port': String(metrics),
      redis: `127.0.0.1:${redisPort}`,
      'disable-tls': 'true',
      // Its default is refused without TLS.
      'client-ca-path': '',
      logformat: 'text',
    },
    {
      ...shared,
      ARGOCD_BINARY_NAME: 'argocd-repo-server',
      ARGOCD_PLUGINSOCKFILEPATH: sockets,
      ARGOCD_ASK_PASS_SOCK: join(directory, 'ask-pass.sock'),
      // Says something only of Applications that have the annotation.
      ARGOCD_REPO_SERVER_PLUGIN_USE_MANIFEST_GENERATE_PATHS: 'true',
    },
  );
  const controller = processes.start(
    'application-controller',
    program('argocd'),
    {
      kubeconfig: cluster.kubeconfig,
      namespace: 'argocd',
      'application-namespaces': '*',
      redis: `127.0.0.1:${redisPort}`,
      'repo-server': `127.0.0.1:${port}`,
      'repo-server-plaintext': 'true',
      'metrics-port': String(controllerMetrics),
      logformat: 'text',
    },
    { ...shared, ARGOCD_BINARY_NAME: 'argocd-application-controller', ARGOCD_FAKE_IN_CLUSTER: 'true', KUBECONFIG: cluster.kubeconfig },
  );
  return { sockets, redis, repoServer, controller };
}

/** What Argo CD's own manifests bring that its programs read. */
async function install(cluster: Cluster): Promise<void> {
  const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  for (const name of ['application', 'appproject']) await cluster.create(crds, readFileSync(program(`manifests/${name}-crd.yaml`), 'utf8'));
  await cluster.create('/api/v1/namespaces', { metadata: { name: 'argocd' } });
  const labels = { 'app.kubernetes.io/part-of': 'argocd' };
  await cluster.create('/api/v1/namespaces/argocd/configmaps', { metadata: { name: 'argocd-cm', labels } });
  await cluster.create('/api/v1/namespaces/argocd/secrets', {
    metadata: { name: 'argocd-secret', labels },
    stringData: { 'server.secretkey': 'for-tests-only' },
  });
  const projects = '/apis/argoproj.io/v1alpha1/namespaces/argocd/appprojects';
  const project = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name: 'default' },
    spec: {
      sourceRepos: ['*'],
      sourceNamespaces: ['*'],
      destinations: [{ server: '*', namespace: '*' }],
      clusterResourceWhitelist: [{ group: '*', kind: '*' }],
    },
  };
  await until(
    async () => (await cluster.ask('POST', projects, project)).status === 201 || undefined,
    () => 'the API server does not serve AppProject',
  );
}

/** An Application in the cluster, driven as its operator would. */
export interface Application {
  get(): Promise<KubernetesObject>;
  /** Looks for new commits and waits for the verdict; `hard` makes manifests again whatever is cached. */
  refresh(kind?: 'normal' | 'hard'): Promise<KubernetesObject>;
  /** Asks for a sync and waits until it ended. Gives the operation's state. */
  sync(how?: object): Promise<KubernetesObject>;
  /** Changes the Application itself. */
  patch(body: object): Promise<void>;
  /** Waits until the status says so. */
  becomes(status: string): Promise<KubernetesObject>;
}

let operations = 0;

/** Creates an Application. */
export async function createApplication(cluster: Cluster, manifest: KubernetesObject): Promise<Application> {
  const applications = `/apis/argoproj.io/v1alpha1/namespaces/${manifest.metadata.namespace}/applications`;
  await cluster.create(applications, manifest);
  const path = `${applications}/${manifest.metadata.name}`;
  const get = () => cluster.get(path);
  const say = (application: KubernetesObject) => JSON.stringify(application?.status ?? {}, null, 2).slice(0, 3000);
  const application: Application = {
    get,
    async refresh(kind = 'normal') {
      await cluster.patch(path, { metadata: { annotations: { 'argocd.argoproj.io/refresh': kind } } });
      let last: KubernetesObject;
      return until(
        async () => {
          last = await get();
          return last.metadata.annotations?.['argocd.argoproj.io/refresh'] === undefined ? last : undefined;
        },
        () => `a ${kind} refresh did not end: ${say(last)}`,
      );
    },
    async sync(how = {}) {
      const mark = { name: 'number', value: String(++operations) };
      await cluster.patch(path, { operation: { initiatedBy: { username: 'operator' }, info: [mark], sync: how } });
      let last: KubernetesObject;
      return until(
        async () => {
          last = await get();
          const state = last.status?.operationState;
          return state?.operation.info?.[0]?.value === mark.value && state.phase !== 'Running' && last.operation === undefined
            ? state
            : undefined;
        },
        () => `a sync did not end: ${say(last)}`,
      );
    },
    async patch(body) {
      await cluster.patch(path, body);
    },
    async becomes(status) {
      let last: KubernetesObject;
      return until(
        async () => {
          last = await get();
          return last.status?.sync?.status === status ? last : undefined;
        },
        () => `the Application is not ${status}: ${say(last)}`,
        30,
      );
    },
  };
  return application;
}

/** A chart repository on loopback with a chart named `cilium` that puts three of its values into `cilium-config`. */
export async function serveCiliumChart(processes: Processes, version: string): Promise<{ url: string; close(): void }> {
  const source = join(processes.directory, 'chart/cilium');
  const published = join(processes.directory, 'charts');
  mkdirSync(join(source, 'templates'), { recursive: true });
  mkdirSync(published);
  writeFileSync(join(source, 'Chart.yaml'), `apiVersion: v2\nname: cilium\nversion: ${version}\n`);
  writeFileSync(join(source, 'values.yaml'), 'ipam:\n  mode: cluster-pool\n');
  writeFileSync(
    join(source, 'templates/cilium-config.yaml'),
    [
      'apiVersion: v1',
      'kind: ConfigMap',
      'metadata:',
      '  name: cilium-config',
      '  namespace: {{ .Release.Namespace }}',
      'data:',
      '  ipam: {{ .Values.ipam.mode }}',
      '  api-server: "{{ .Values.k8sServiceHost }}:{{ .Values.k8sServicePort }}"',
      '  kube-proxy-replacement: "{{ .Values.kubeProxyReplacement }}"',
      '',
    ].join('\n'),
  );
  const server = createServer((request, answer) => {
    try {
      answer.end(readFileSync(join(published, basename(request.url!))));
    } catch {
      answer.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const helm = (...args: string[]) =>
    execFileSync(program('helm'), args, { env: { PATH: process.env.PATH, HOME: processes.directory }, stdio: 'pipe' });
  helm('package', source, '--destination', published);
  helm('repo', 'index', published, '--url', url);
  return { url, close: () => server.close() };
}
