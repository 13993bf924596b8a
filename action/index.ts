import { run } from './main.ts';

process.exitCode = await run({ env: process.env, stdout: (text) => process.stdout.write(text), now: () => new Date() });
