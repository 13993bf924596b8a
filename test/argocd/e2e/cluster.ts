import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { freePort, type Processes, program, type Running, until } from './processes.ts';

/** An object as Kubernetes gives it. Tests look into it freely. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is Kubernetes' own, and each test reads another part of it.
export type KubernetesObject = any;

export interface Answer {
  status: number;
  body: KubernetesObject;
}

/** A real API server on a real etcd, without nodes: objects are kept and validated, nothing is run. */
export interface Cluster {
  kubeconfig: string;
  etcd: Running;
  apiServer: Running;
  /** Any request, with the answer whatever its status. */
  ask(method: string, path: string, body?: unknown, contentType?: string): Promise<Answer>;
  /** What lies at a path, or undefined where there is nothing. */
  get(path: string): Promise<KubernetesObject | undefined>;
  /** Creates an object or fails with what the API server said. */
  create(path: string, body: unknown): Promise<KubernetesObject>;
  /** Changes an object by a merge patch or fails with what the API server said. */
  patch(path: string, body: unknown): Promise<KubernetesObject>;
}

const TOKEN = 'cluster-admin';

/** Starts etcd and an API server; gives them when they are ready. */
export async function startCluster(processes: Processes): Promise<Cluster> {
  const directory = join(processes.directory, 'cluster');
  mkdirSync(directory);
  const [etcdPort, etcdPeerPort, port] = [await freePort(), await freePort(), await freePort()];
  const etcd = processes.start(
    'etcd',
    program('etcd'),
    {
      'data-dir': join(directory, 'etcd'),
      'listen-client-urls': `http://127.0.0.1:${etcdPort}`,
      'advertise-client-urls': `http://127.0.0.1:${etcdPort}`,
      'listen-peer-urls': `http://127.0.0.1:${etcdPeerPort}`,
      'initial-advertise-peer-urls': `http://127.0.0.1:${etcdPeerPort}`,
      'initial-cluster': `default=http://127.0.0.1:${etcdPeerPort}`,
      'unsafe-no-fsync': 'true',
    },
    {},
  );

  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(join(directory, 'sa.key'), keys.privateKey.export({ type: 'pkcs1', format: 'pem' }));
  writeFileSync(join(directory, 'sa.pub'), keys.publicKey.export({ type: 'spki', format: 'pem' }));
  writeFileSync(join(directory, 'tokens.csv'), `${TOKEN},admin,admin,"system:masters"\n`);
  const certificate = join(directory, 'pki/apiserver.crt');
  const apiServer = processes.start(
    'kube-apiserver',
    program('kube-apiserver'),
    {
      'etcd-servers': `http://127.0.0.1:${etcdPort}`,
      'bind-address': '127.0.0.1',
      'advertise-address': '127.0.0.1',
      'secure-port': String(port),
      'cert-dir': join(directory, 'pki'),
      'service-account-issuer': 'https://kubernetes.default.svc',
      'service-account-key-file': join(directory, 'sa.pub'),
      'service-account-signing-key-file': join(directory, 'sa.key'),
      'token-auth-file': join(directory, 'tokens.csv'),
      'authorization-mode': 'AlwaysAllow',
      'service-cluster-ip-range': '10.96.0.0/16',
      'disable-admission-plugins': 'ServiceAccount',
      'endpoint-reconciler-type': 'none',
    },
    {},
  );

  const kubeconfig = join(directory, 'kubeconfig');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'test',
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
      clusters: [{ name: 'test', cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority': certificate } }],
      users: [{ name: 'admin', user: { token: TOKEN } }],
    }),
  );

  function ask(method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': contentType };
      const sent = request({ host: '127.0.0.1', port, path, method, headers, ca: readFileSync(certificate) }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: answer.statusCode!, body: text.startsWith('{') ? JSON.parse(text) : text });
        });
      });
      sent.once('error', reject);
      sent.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
    });
  }

  async function demand(method: string, path: string, body?: unknown, contentType?: string): Promise<KubernetesObject> {
    const answer = await ask(method, path, body, contentType);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body.message ?? answer.body}`);
    return answer.body;
  }

  await until(
    async () => {
      try {
        return (await ask('GET', '/readyz')).body === 'ok' || undefined;
      } catch {
        return undefined;
      }
    },
    () => `the API server is not ready:\n${apiServer.log().slice(-3000)}`,
  );

  return {
    kubeconfig,
    etcd,
    apiServer,
    ask,
    async get(path) {
      const answer = await ask('GET', path);
      if (answer.status === 404) return undefined;
      if (answer.status >= 300) throw new Error(`GET ${path}: ${answer.status} ${answer.body.message}`);
      return answer.body;
    },
    create: (path, body) => demand('POST', path, body, typeof body === 'string' ? 'application/yaml' : 'application/json'),
    patch: (path, body) => demand('PATCH', path, body, 'application/merge-patch+json'),
  };
}
