import { writeSync } from 'node:fs';
import { announcements } from './announcements.ts';
import { generate } from './generate.ts';

/** Does what Argo CD's plugin server asks for, and ends the process: `generate` judges, `get-parameters` prints what an Application may decide. */
export async function runCommand(command: string | undefined, entry: URL): Promise<never> {
  if (command === 'get-parameters') {
    process.exit(say(1, `${JSON.stringify(announcements(process.env))}\n`) ? 0 : 1);
  }
  if (command !== 'generate') {
    say(2, 'cilium-align: expected generate or get-parameters; Argo CD starts this as its plugin.yaml says\n');
    process.exit(2);
  }
  const { exitCode, stderr } = await generate(process.env, () => process.cwd(), entry);
  say(2, stderr);
  process.exit(exitCode);
}

/** False where nobody takes it: what was decided stays decided. */
function say(descriptor: 1 | 2, text: string): boolean {
  try {
    writeSync(descriptor, text);
    return true;
  } catch {
    return false;
  }
}
