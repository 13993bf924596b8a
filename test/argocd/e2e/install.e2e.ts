import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { type Answer, type Cluster, type KubernetesObject, startCluster } from './cluster.ts';
import { Processes, program, until } from './processes.ts';

// What people install, held against Argo CD's own manifests by kustomize, and against Kubernetes by its API server, which refuses every field that it does not know.

const root = join(import.meta.dirname, '../../..');
const processes = new Processes();
let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster(processes);
  await cluster.create('/api/v1/namespaces', { metadata: { name: 'argocd' } });
  for (const name of ['application', 'applicationset', 'appproject'])
    await cluster.create(
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
      readFileSync(program(`manifests/${name}-crd.yaml`), 'utf8'),
    );
});

afterAll(() => processes.end());

it('the Kustomize component adds a sidecar to a stock install, and changes nothing else', async () => {
  const stock = kustomize('stock', []);
  const patched = kustomize('patched', ['../component']);
  const key = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.name}`;
  expect(patched.map(key)).toEqual(stock.map(key));
  const repoServer = ({ kind, metadata }: KubernetesObject) => kind === 'Deployment' && metadata.name === 'argocd-repo-server';
  expect(patched.filter((object) => !repoServer(object))).toEqual(stock.filter((object) => !repoServer(object)));

  const [before, after] = [stock.find(repoServer).spec.template.spec, patched.find(repoServer).spec.template.spec];
  const sidecar = after.containers.find(({ name }: { name: string }) => name === 'cilium-align-v1-0');
  expect(after.containers.filter((container: object) => container !== sidecar)).toEqual(before.containers);
  expect(after.volumes.filter(({ name }: { name: string }) => name !== 'cilium-align-v1-0-tmp')).toEqual(before.volumes);
  expect({ ...after, containers: [], volumes: [] }).toEqual({ ...before, containers: [], volumes: [] });
  for (const { name } of sidecar.volumeMounts) expect(after.volumes.map((volume: { name: string }) => volume.name)).toContain(name);

  // The definitions are there already.
  for (const object of patched.filter(({ kind }) => kind !== 'CustomResourceDefinition'))
    expect(await tryOut(object), key(object)).toMatchObject({ status: 201 });
});

const applications = readdirSync(join(root, 'examples')).filter((name) => existsSync(join(root, 'examples', name, 'argocd/cilium.yaml')));

it.each(applications)('Kubernetes takes the Application of examples/%s', async (example) => {
  for (const document of parseAllDocuments(readFileSync(join(root, 'examples', example, 'argocd/cilium.yaml'), 'utf8')))
    expect(await tryOut(document.toJS())).toMatchObject({ status: 201 });
});

it('Kubernetes would refuse a field that does not exist', async () => {
  const [document] = parseAllDocuments(readFileSync(join(root, 'examples/argocd-values-file/argocd/cilium.yaml'), 'utf8'));
  const answer = await tryOut({ ...document!.toJS(), spec: { ...document!.toJS().spec, plugins: [] } });
  expect(answer.body.message).toContain('unknown field "spec.plugins"');
});

/** Argo CD's own manifests with components, as kustomize makes them. */
function kustomize(name: string, components: string[]): KubernetesObject[] {
  const directory = join(processes.directory, name);
  mkdirSync(directory);
  cpSync(join(root, 'plugin/install/kustomize'), join(processes.directory, 'component'), { recursive: true });
  cpSync(program('manifests/install.yaml'), join(directory, 'install.yaml'));
  writeFileSync(join(directory, 'kustomization.yaml'), JSON.stringify({ namespace: 'argocd', resources: ['install.yaml'], components }));
  const built = execFileSync(program('kustomize'), ['build', directory], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return parseAllDocuments(built).map((document) => document.toJS());
}

/** Creates an object, but for keeping it: with everything that Kubernetes checks on the way. */
async function tryOut(object: KubernetesObject): Promise<Answer> {
  const { apiVersion, kind, metadata } = object;
  // A new definition is served a moment after it was taken.
  const resource = await until(
    async () => {
      const { status, body } = await cluster.ask('GET', apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`);
      return status === 200 ? body.resources.find((one: KubernetesObject) => one.kind === kind && !one.name.includes('/')) : undefined;
    },
    () => `${apiVersion} ${kind} is not served`,
  );
  const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const path = resource.namespaced ? `${base}/namespaces/${metadata.namespace}/${resource.name}` : `${base}/${resource.name}`;
  return cluster.ask('POST', `${path}?dryRun=All&fieldValidation=Strict`, object);
}
