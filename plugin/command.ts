import { writeSync } from 'node:fs';
import { announcements } from './announcements.ts';
import { generate } from './generate.ts';

/** Does what Argo CD's plugin server asks for, and ends the process: `generate` judges, `get-parameters` prints what an Application may decide. */
export async function runCommand(command: string | undefined, entry: URL): Promise<never> {
  if (command === 'get-parameters') {
    writeSync(1, `${JSON.stringify(announcements(process.env))}\n`);
    process.exit(0);
  }
  if (command !== 'generate') {
    writeSync(2, 'cilium-align: expected generate or get-parameters; Argo CD starts this as its plugin.yaml says\n');
    process.exit(2);
  }
  const { exitCode, stderr } = await generate(process.env, () => process.cwd(), entry);
  writeSync(2, stderr);
  process.exit(exitCode);
}
