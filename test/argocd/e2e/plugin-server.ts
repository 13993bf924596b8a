import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, credentials, loadPackageDefinition, type ServiceError } from '@grpc/grpc-js';
import { load } from '@grpc/proto-loader';
import { parseDocument } from 'yaml';
import { type Processes, program, type Running, until } from './processes.ts';

const root = join(import.meta.dirname, '../../..');

export interface PluginServerOptions {
  /** The folder of the bundle. */
  plugin: string;
  /** Where sockets go: the repo-server looks there. */
  sockets: string;
  /** The sidecar's own environment. */
  env?: Record<string, string>;
  /** The version that plugin.yaml gives, where another is wanted beside it. */
  version?: string;
}

/** Argo CD's own plugin server with our plugin.yaml. */
export interface PluginServer extends Running {
  /** What an Application writes as `plugin.name`. */
  name: string;
  socket: string;
  /** Where it unpacks what it is sent. Empty between requests. */
  work: string;
}

/**
 * Starts the plugin server on plugin/plugin.yaml. Only what the image decides is written otherwise: where the program lies, and the version when another one is asked for.
 */
export async function startPluginServer(processes: Processes, options: PluginServerOptions): Promise<PluginServer> {
  const configuration = parseDocument(readFileSync(join(root, 'plugin/plugin.yaml'), 'utf8'));
  if (options.version !== undefined) configuration.setIn(['spec', 'version'], options.version);
  for (const path of [
    ['spec', 'generate', 'command'],
    ['spec', 'parameters', 'dynamic', 'command'],
  ]) {
    const command = (configuration.getIn(path) as { toJSON(): string[] }).toJSON();
    configuration.setIn(path, [process.execPath, ...command.slice(1).map((word) => word.replace(/^\/plugin\//, `${options.plugin}/`))]);
  }
  const name = `${configuration.getIn(['metadata', 'name'])}-${configuration.getIn(['spec', 'version'])}`;
  const directory = join(processes.directory, name);
  const socket = join(options.sockets, `${name}.sock`);
  rmSync(directory, { recursive: true, force: true });
  for (const folder of [directory, join(directory, 'work'), options.sockets]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(directory, 'plugin.yaml'), configuration.toString({ lineWidth: 0 }));
  rmSync(socket, { force: true });
  const running = processes.start(
    name,
    program('argocd'),
    { 'config-dir-path': directory, logformat: 'text' },
    {
      ARGOCD_BINARY_NAME: 'argocd-cmp-server',
      ARGOCD_PLUGINSOCKFILEPATH: options.sockets,
      ARGOCD_CMP_WORKDIR: join(directory, 'work'),
      ...options.env,
    },
  );
  await until(() => existsSync(socket) || undefined, running.log, 20);
  return { ...running, name, socket, work: join(directory, 'work/_cmp_server') };
}

export interface GenerateOptions {
  /** The Application's `path`, from the root of what is sent. */
  path?: string;
  env?: Record<string, string>;
  /** Milliseconds until the caller gives up. */
  deadline?: number;
  signal?: AbortSignal;
}

export interface Announcement {
  name: string;
  title: string;
  tooltip: string;
  required: boolean;
  itemType: string;
  collectionType: string;
  string: string;
}

/** The manifests, or the error as Argo CD shows it. */
export type Answer = { manifests: string[] } | { error: string };

/** A text of Argo CD with the command as the image has it, which an operator sees. */
export function asInTheImage(text: string): string {
  return text.replaceAll(/`\S+\/node \S+\/index\.js /g, '`node /plugin/index.js ');
}

/** What the repo-server is to a plugin server. */
export interface PluginClient {
  generate(directory: string, options?: GenerateOptions): Promise<Answer>;
  parameters(directory: string, options?: GenerateOptions): Promise<Announcement[]>;
  close(): void;
}

/** As much as the tests use of what the gRPC library makes of the protocol. */
type Method = (
  options: { deadline: number },
  callback: (error: ServiceError | null, answer: unknown) => void,
) => { write(message: unknown): boolean; end(): void; cancel(): void };
type Service = Client & { GenerateManifest: Method; GetParametersAnnouncement: Method };

/** Connects to a plugin server. */
export async function connect(socket: string): Promise<PluginClient> {
  const definition = await load(join(import.meta.dirname, 'plugin.proto'), { keepCase: true, longs: Number, defaults: true, arrays: true });
  const { plugin } = loadPackageDefinition(definition) as unknown as {
    plugin: { ConfigManagementPluginService: new (address: string, secret: ReturnType<typeof credentials.createInsecure>) => Service };
  };
  const client = new plugin.ConfigManagementPluginService(`unix:${socket}`, credentials.createInsecure());

  function call<T>(method: Method, directory: string, { path = '.', env = {}, deadline = 60_000, signal }: GenerateOptions): Promise<T> {
    const tar = spawnSync('tar', ['-czf', '-', '.'], { cwd: directory, maxBuffer: 512 * 1024 * 1024 }).stdout;
    return new Promise((resolve, reject) => {
      const stream = method.call(client, { deadline: Date.now() + deadline }, (error, answer) =>
        error === null ? resolve(answer as T) : reject(error),
      );
      signal?.addEventListener('abort', () => stream.cancel());
      stream.write({
        metadata: {
          appName: 'cilium',
          appRelPath: path,
          checksum: createHash('sha256').update(tar).digest('hex'),
          size: tar.length,
          env: Object.entries(env).map(([name, value]) => ({ name, value })),
        },
      });
      for (let at = 0; at < tar.length; at += 65_536) stream.write({ file: { chunk: tar.subarray(at, at + 65_536) } });
      stream.end();
    });
  }

  return {
    async generate(directory, options = {}) {
      try {
        return { manifests: (await call<{ manifests: string[] }>(client.GenerateManifest, directory, options)).manifests };
      } catch (error) {
        return { error: (error as ServiceError).details };
      }
    },
    async parameters(directory, options = {}) {
      return (await call<{ parameterAnnouncements: Announcement[] }>(client.GetParametersAnnouncement, directory, options))
        .parameterAnnouncements;
    },
    close: () => client.close(),
  };
}

/** The environment that Argo CD adds for a source: what an Application sets as parameters, and where the source lies. */
export function sourceEnvironment(path: string, parameters: Record<string, string | string[]> = {}): Record<string, string> {
  const set = Object.entries(parameters).map(([name, value]) =>
    typeof value === 'string' ? { name, string: value } : { name, array: value },
  );
  return {
    ARGOCD_APP_NAME: 'cilium',
    ARGOCD_APP_NAMESPACE: 'kube-system',
    ARGOCD_APP_PROJECT_NAME: 'default',
    ARGOCD_APP_SOURCE_PATH: path,
    ARGOCD_APP_SOURCE_REPO_URL: 'https://git.example/homelab.git',
    ARGOCD_APP_SOURCE_TARGET_REVISION: 'main',
    ARGOCD_APP_REVISION: '0123456789abcdef0123456789abcdef01234567',
    ARGOCD_APP_PARAMETERS: set.length === 0 ? 'null' : JSON.stringify(set),
  };
}
