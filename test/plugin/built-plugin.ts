import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundlePlugin } from '../../scripts/bundle.ts';

/** What one run of the plugin said, and how it ended. */
export interface PluginRun {
  /** The signal where one ended it. */
  code: number | string | null;
  out: string;
  err: string;
  /** The first line of standard error: what Argo CD's status line begins with. */
  verdict: string;
}

/** One request as Argo CD's plugin server carries it out. */
export interface PluginRequest {
  /** The repository by its paths; a folder that is copied where it is a text. */
  files: Record<string, string> | string;
  /** The path of the source; null where the entry has none. */
  path?: string | null;
  /** The folder of the repository that is sent, where it is not all of it. */
  sent?: string;
  application?: string;
  /** The working directory is removed before the plugin looks at it. */
  isGone?: boolean;
  /** Where the shell sends its descriptors. */
  redirection?: string;
  parameters?: unknown;
  /** On top of what the plugin server sets: the sidecar's own environment. */
  env?: Record<string, string>;
  command?: string;
}

/** The plugin, bundled as its image holds it, started as Argo CD's plugin server starts it. */
export interface BuiltPlugin {
  directory: string;
  generate(request: PluginRequest): Promise<PluginRun>;
  /** The same plugin with a fault in the thread that judges. */
  withFault(statement: string): BuiltPlugin;
  remove(): void;
}

/** Bundles the plugin from the sources as they are. */
export async function buildPlugin(): Promise<BuiltPlugin> {
  const root = mkdtempSync(join(tmpdir(), 'cilium-align-plugin-'));
  const directory = join(root, 'bundle');
  await bundlePlugin(directory);
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  return pluginIn(root, directory);
}

function pluginIn(root: string, directory: string): BuiltPlugin {
  let requests = 0;
  return {
    directory,
    generate: (request) => start(directory, join(root, '_cmp_server', `${directory.slice(root.length + 1)}-${requests++}`), request),
    withFault(statement) {
      const faulty = join(root, `faulty-${readdirSync(root).length}`);
      cpSync(directory, faulty, { recursive: true });
      const thread = join(faulty, readdirSync(faulty).find((file) => file.startsWith('judge-thread'))!);
      writeFileSync(thread, `${statement};${readFileSync(thread, 'utf8')}`);
      return pluginIn(root, faulty);
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

function start(directory: string, work: string, request: PluginRequest): Promise<PluginRun> {
  const { files, application = 'cilium', parameters = null, env = {}, command = 'generate', isGone = false, redirection = '' } = request;
  const path = request.path === undefined ? '.' : request.path;
  mkdirSync(work, { recursive: true });
  if (typeof files === 'string') cpSync(files, work, { recursive: true, verbatimSymlinks: true });
  else
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(work, file)), { recursive: true });
      writeFileSync(join(work, file), text);
    }
  const cwd = join(work, request.sent === undefined ? (path ?? '.') : request.sent);
  return new Promise((resolve, reject) => {
    const plugin = [process.execPath, join(directory, 'index.js'), command];
    const script = `${isGone ? 'rm -r "$PWD"; ' : ''}exec "$@" ${redirection}`;
    const [program, ...words] = isGone || redirection !== '' ? ['sh', '-c', script, 'sh', ...plugin] : plugin;
    const child = spawn(program!, words, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        ...env,
        ARGOCD_APP_NAME: application,
        ARGOCD_APP_SOURCE_REPO_URL: 'https://git.example/homelab.git',
        ARGOCD_APP_SOURCE_TARGET_REVISION: 'main',
        ARGOCD_APP_SOURCE_PATH: path ?? '',
        ARGOCD_APP_PARAMETERS: typeof parameters === 'string' ? parameters : JSON.stringify(parameters),
      },
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: signal ?? code, out, err, verdict: err.split('\n', 1)[0]! }));
  });
}

/** Parameters of texts, as an Application writes them. */
export function texts(parameters: Record<string, string>): { name: string; string: string }[] {
  return Object.entries(parameters).map(([name, string]) => ({ name, string }));
}
