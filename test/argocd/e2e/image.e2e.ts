import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { bundlePlugin } from '../../../scripts/bundle.ts';
import { connect, type PluginClient, sourceEnvironment } from './plugin-server.ts';
import { childrenOf, Processes, program, type Running, until } from './processes.ts';
import { copyExample } from './repositories.ts';

// The image, built from its Containerfile on a stand-in for its base (a registry is not at hand: the same programs from this machine, at the same paths),
// and started as the install manifests say: as user 999, on a root that cannot be written to, without a network, with the mounts that they give.

const root = join(import.meta.dirname, '../../..');
const processes = new Processes();
const [sidecar] = parse(readFileSync(join(root, 'plugin/install/kustomize/repo-server.yaml'), 'utf8')).spec.template.spec.containers;
let server: Running;
let client: PluginClient;
let image: { config: { User: string; Entrypoint: string[]; Env: string[] } };
let filesystem: string;

beforeAll(async () => {
  const context = join(processes.directory, 'context');
  await bundlePlugin(join(context, 'dist/plugin'));
  for (const file of ['package.json', 'LICENSE', 'plugin/plugin.yaml']) cpSync(join(root, file), join(context, file));
  const base = join(processes.directory, 'base');
  layOutBase(base);
  writeFileSync(join(base, 'Containerfile'), 'FROM scratch\nCOPY root/ /\n');
  buildah('build', '--tag', 'localhost/base', base);
  buildah('build', '--from', 'localhost/base', '--file', join(root, 'plugin/Containerfile'), '--tag', 'localhost/plugin', context);
  image = JSON.parse(buildah('inspect', '--type', 'image', 'localhost/plugin')).OCIv1;
  filesystem = buildah('mount', buildah('from', 'localhost/plugin').trim()).trim();

  const volumes: Record<string, string> = {};
  for (const { name, mountPath } of sidecar.volumeMounts) {
    const volume = join(processes.directory, name);
    mkdirSync(volume);
    chownSync(volume, 999, 999);
    volumes[mountPath] = volume;
    // What a container runtime does for a mount.
    mkdirSync(join(filesystem, mountPath), { recursive: true });
  }
  // What the install's init container does.
  const programs = volumes['/var/run/argocd']!;
  cpSync(program('argocd'), join(programs, 'argocd'));
  symlinkSync('/var/run/argocd/argocd', join(programs, 'argocd-cmp-server'));
  for (const folder of ['proc', 'dev']) mkdirSync(join(filesystem, folder));
  chmodSync(processes.directory, 0o755);

  const mounts = sidecar.volumeMounts.map(
    ({ mountPath, readOnly }: { mountPath: string; readOnly?: boolean }) =>
      `mount --bind ${volumes[mountPath]} ${filesystem}${mountPath}${readOnly ? ` && mount -o remount,bind,ro ${filesystem}${mountPath}` : ''}`,
  );
  const environment = [...image.config.Env, ...sidecar.env.map(({ name, value }: { name: string; value: string }) => `${name}=${value}`)];
  // A user whom the image does not name has the group of root, as a container runtime gives it.
  const user = `--userspec=${sidecar.securityContext.runAsUser}:0 --groups=`;
  const script = [
    'set -e',
    `mount --bind ${filesystem} ${filesystem}`,
    `mount -o remount,bind,ro ${filesystem}`,
    ...mounts,
    `mount -t proc proc ${filesystem}/proc`,
    `mount -t tmpfs tmpfs ${filesystem}/dev`,
    ...['null', 'zero', 'random', 'urandom'].map(
      (device) => `touch ${filesystem}/dev/${device} && mount --bind /dev/${device} ${filesystem}/dev/${device}`,
    ),
    `exec env -i "$@" "$(command -v setpriv)" --no-new-privs "$(command -v chroot)" ${user} ${filesystem} ${image.config.Entrypoint[0]}`,
  ].join('\n');
  server = processes.start(
    'image',
    'unshare',
    ['--mount', '--net', '--pid', '--fork', '--kill-child', 'bash', '-c', script, 'bash', ...environment],
    {},
  );
  const socket = join(volumes['/home/argocd/cmp-server/plugins']!, 'cilium-align-v1.0.sock');
  await until(() => existsSync(socket) || undefined, server.log, 20);
  client = await connect(socket);
});

afterAll(async () => {
  client?.close();
  await processes.end();
});

it('says in itself what it is', () => {
  expect(image.config.User).toBe('999');
  expect(image.config.Entrypoint).toEqual(['/var/run/argocd/argocd-cmp-server']);
  expect(existsSync(join(filesystem, 'plugin/index.js'))).toBe(true);
  expect(existsSync(join(filesystem, 'licences/LICENSE'))).toBe(true);
});

it('runs with no privilege', () => {
  const status = readFileSync(`/proc/${childrenOf(server.pid)[0]}/status`, 'utf8');
  expect(status).toMatch(/^Uid:\t999\t999\t999\t999$/m);
  expect(status).toMatch(/^CapEff:\t0+$/m);
  expect(status).toMatch(/^NoNewPrivs:\t1$/m);
});

it('lets an aligned repository pass', async () => {
  expect(await client.generate(copyExample(processes, 'argocd-values-file'), { path: 'cilium', env: sourceEnvironment('cilium') })).toEqual(
    { manifests: [] },
  );
});

it('blocks a drift in the words of plugin.yaml as it is shipped', async () => {
  const drifting = copyExample(processes, 'argocd-values-file', { 'cilium/values.yaml': (text) => text.replace('7445', '6443') });
  expect(await client.generate(drifting, { path: 'cilium', env: sourceEnvironment('cilium') })).toMatchObject({
    error: expect.stringContaining(
      'error generating manifests: `node /plugin/index.js generate` failed exit status 1: cilium-align blocks: ',
    ),
  });
});

it('announces its parameters', async () => {
  expect((await client.parameters(copyExample(processes, 'argocd-values-file'))).map(({ name }) => name)).toContain('fail-on');
});

/** Node and the libraries that it loads, where gcr.io/distroless/nodejs has them. */
function layOutBase(directory: string): void {
  const filesystem = join(directory, 'root');
  const put = (from: string, to: string) => {
    mkdirSync(dirname(join(filesystem, to)), { recursive: true });
    copyFileSync(from, join(filesystem, to));
  };
  put(process.execPath, '/nodejs/bin/node');
  const libraries = execFileSync('ldd', [process.execPath], { encoding: 'utf8' });
  for (const [library] of libraries.matchAll(/\/\S+/g)) if (library !== process.execPath) put(library!, library!);
}

/** An image builder without a daemon, with a store of its own. */
function buildah(...args: string[]): string {
  const store = ['--root', join(processes.directory, 'store'), '--runroot', join(processes.directory, 'run'), '--storage-driver', 'vfs'];
  return execFileSync('buildah', [...store, ...args], {
    encoding: 'utf8',
    env: { ...process.env, BUILDAH_ISOLATION: 'chroot' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
