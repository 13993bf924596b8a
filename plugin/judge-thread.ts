import { parentPort, workerData } from 'node:worker_threads';
import { checkoutRepository } from '../shared/repository/directory.ts';
import type { Repository } from '../shared/repository/repository.ts';
import { judgeApplication } from './gate.ts';
import type { Task } from './generate.ts';
import { refused } from './verdict.ts';

// The thread that judges; its verdict is its only message.

const { root, application, settings } = workerData as Task;
const repository = open();
parentPort!.postMessage('code' in repository ? unreadable(repository.code) : await judgeApplication(repository, application, settings));

function open(): Repository | { code: string } {
  try {
    return checkoutRepository(root);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return { code };
  }
}

function unreadable(code: string) {
  return refused(
    `The files that Argo CD handed over cannot be read (${code}).`,
    'Look at the volumes and the user of the sidecar: it needs a /tmp of its own and the uid 999.',
  );
}
