import { reportBug, run } from './main.ts';

const surroundings = { env: process.env, stdout: (text: string) => process.stdout.write(text), now: () => new Date() };

process.on('uncaughtException', (error) => process.exit(reportBug(error, surroundings)));

process.exitCode = await run(surroundings);
