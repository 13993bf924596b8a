import { parentPort, workerData } from 'node:worker_threads';
import { directoryRepository } from '../shared/repository/directory.ts';
import { judgeApplication } from './gate.ts';
import type { Task } from './generate.ts';

const { root, application, settings } = workerData as Task;
parentPort!.postMessage(await judgeApplication(directoryRepository(root), application, settings));
