import { Worker } from 'node:worker_threads';
import packageJson from '../package.json' with { type: 'json' };
import type { GatedApplication } from './choose-cluster.ts';
import { findRepositoryRoot } from './repository-root.ts';
import { readSettings, type Settings } from './settings.ts';
import { type Ending, endingOf, refused, type Verdict } from './verdict.ts';

/** What the thread that judges is given. */
export interface Task {
  root: string;
  application: GatedApplication;
  settings: Settings;
}

/** Judges what Argo CD handed over: always ends, always with a reason, never with a stack trace. `entry` is the module that judges where it runs in a thread of its own. */
export async function generate(env: NodeJS.ProcessEnv, workingDirectory: () => string, entry: URL): Promise<Ending> {
  const settings = readSettings(env);
  if (settings.mode === 'off' && settings.problems.length === 0)
    return { exitCode: 0, stderr: 'cilium-align is off: nothing was compared.\n' };
  const verdict = await verdictOf(env, workingDirectory, settings, entry).catch((error) => bug(error, settings));
  return endingOf(verdict, settings);
}

async function verdictOf(env: NodeJS.ProcessEnv, workingDirectory: () => string, settings: Settings, entry: URL): Promise<Verdict> {
  const [first, ...more] = settings.problems;
  if (first !== undefined)
    return {
      ...refused(
        more.length === 0 ? first : `${settings.problems.length} settings of this plugin are wrong.`,
        'Mend it in the Application (plugin.parameters) or in the environment of the sidecar, then hard refresh.',
      ),
      evidence: more.length === 0 ? [] : settings.problems,
    };
  const name = env.ARGOCD_APP_NAME;
  if (!name)
    return refused(
      'ARGOCD_APP_NAME is not set: only Argo CD can start this.',
      'To look by hand, run `npx cilium-align` in the repository.',
    );
  const found = rootOf(workingDirectory, env.ARGOCD_APP_SOURCE_PATH);
  if ('problem' in found) return refused(found.problem, found.todo);
  const application = {
    name,
    sourcePath: env.ARGOCD_APP_SOURCE_PATH!,
    repoURL: env.ARGOCD_APP_SOURCE_REPO_URL,
    targetRevision: env.ARGOCD_APP_SOURCE_TARGET_REVISION,
  };
  return judgeInThread({ root: found.root, application, settings }, entry);
}

function rootOf(workingDirectory: () => string, sourcePath: string | undefined): ReturnType<typeof findRepositoryRoot> {
  try {
    return findRepositoryRoot(workingDirectory(), sourcePath);
  } catch (error) {
    return {
      problem: `The working directory cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`,
      todo: 'Look at the volumes and the user of the sidecar: it needs a /tmp of its own and the uid 999.',
    };
  }
}

/** How often the thread's memory is looked at: V8 ends the whole process, without a word of ours, where one allocation alone passes a limit. */
const LOOK_EVERY_MS = 25;
const MIB = 1024 * 1024;

function judgeInThread(task: Task, entry: URL): Promise<Verdict> {
  const { root, settings } = task;
  const { timeout, memory } = settings;
  return new Promise((resolve) => {
    const worker = new Worker(entry, {
      workerData: task,
      // What is looked at below comes first; this is for what grows between two looks, with room for what a thread that is being ended still has to finish.
      resourceLimits: { maxOldGenerationSizeMb: 4 * memory, maxYoungGenerationSizeMb: 32 },
      // Argo CD takes standard output for manifests.
      stdout: true,
      stderr: true,
    });
    const deadline = setTimeout(() => end(outOfTime(timeout)), timeout * 1000);
    const look = setInterval(() => {
      if (process.memoryUsage.rss() > memory * MIB) end(outOfMemory(memory));
    }, LOOK_EVERY_MS);
    const end = (verdict: Verdict) => {
      clearTimeout(deadline);
      clearInterval(look);
      resolve(verdict);
    };
    worker.on('message', end);
    worker.on('error', (error: NodeJS.ErrnoException) =>
      end(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? outOfMemory(memory) : bug(error, settings, root)),
    );
    worker.on('exit', (code) =>
      end(bug(new Error(`the thread that judges ended with code ${code} and without a verdict`), settings, root)),
    );
  });
}

function outOfTime(timeout: number): Verdict {
  return refused(
    `The check was not done after ${timeout} s and was given up.`,
    'Give the sidecar more CPU, or CILIUM_ALIGN_TIMEOUT more seconds (Argo CD itself gives up after 60), then hard refresh.',
  );
}

function outOfMemory(memory: number): Verdict {
  return refused(
    `The check needs more than ${memory} MiB of memory and was given up.`,
    'Raise CILIUM_ALIGN_MEMORY, and the memory limit of the sidecar with it, then hard refresh.',
  );
}

/** A fault of ours blocks as well. */
function bug(error: Error, settings: Settings, root?: string): Verdict {
  const clean = (text: string) => (root === undefined ? text : text.replaceAll(root, '.'));
  const [message] = String(error.message).split('\n', 1);
  return {
    ...refused(
      `This is a bug of cilium-align ${packageJson.version}: ${clean(message!)}`,
      'Please report it (npm bugs cilium-align): CILIUM_ALIGN_DEBUG=1 in the sidecar shows where it is, and CILIUM_ALIGN_BREAK_GLASS lets syncs pass until it is mended.',
    ),
    evidence: settings.debug
      ? (error.stack ?? '')
          .split('\n')
          .slice(1, 12)
          .map((line) => `  ${clean(line.trim())}`)
      : [],
  };
}
