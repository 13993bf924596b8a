import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../cli/program.ts';
import { run } from '../cli/run.ts';
import { manPage } from '../scripts/man-page.ts';
import { hasDebianPeer } from './peers.ts';

/** What a command line prints on a terminal of a width. */
async function printed(args: string[], columns = 200): Promise<string> {
  let out = '';
  const stdout = (text: string) => {
    out += text;
  };
  await run(args, { stdout, stderr: stdout, env: {}, isTerminal: true, isErrorTerminal: true, columns });
  return out;
}

const nothing = () => {};
const surroundings = { stdout: nothing, stderr: nothing, env: {}, isTerminal: false, isErrorTerminal: false, columns: 80 };
const program = createProgram({ surroundings, exitCode: 0 });
const commands = program.commands.map((command) => command.name());

describe('--help', () => {
  it.each([[], ...commands.map((name) => [name])])(
    '%s says what it does, how it is called, its options, examples and exit codes',
    async (...names) => {
      const text = await printed([...names, '--help']);
      expect(text).toMatch(new RegExp(`^Usage: ${['cilium-align', ...names].join(' ')}`));
      expect(text).toMatch(/^Exit codes:$/m);
      const command = program.commands.find((each) => each.name() === names[0]) ?? program;
      for (const { flags } of command.options) expect(text).toContain(`  ${flags}`);
      for (const line of text.split('\n')) {
        // What a person copies is never broken.
        if (!/^ {2}cilium-align |^ {2}https:/.test(line)) expect(line.length).toBeLessThanOrEqual(80);
        expect(line).toBe(line.trimEnd());
      }
    },
  );

  it('of the program shows what can be said without a command, and every command', async () => {
    const text = await printed(['--help']);
    for (const { flags } of program.commands[0]!.options) expect(text).toContain(`  ${flags}`);
    for (const name of commands) expect(text).toMatch(new RegExp(`^  ${name} `, 'm'));
    for (const title of ['Arguments', 'Examples', 'Exit codes', 'Environment', 'Files', 'See also'])
      expect(text).toMatch(new RegExp(`^${title}:$`, 'm'));
    expect(await printed(['help'])).toBe(text);
  });

  it('fits a narrow terminal', async () => {
    for (const line of (await printed(['values', '--help'], 50)).split('\n'))
      if (!line.includes('cilium-align ')) expect(line.length).toBeLessThanOrEqual(50);
  });
});

describe.runIf(hasDebianPeer('mandoc'))('the page of the manual', () => {
  const mandoc = (...args: string[]) => spawnSync('mandoc', args, { encoding: 'utf8', input: manPage() }).stdout;

  it('is one that mandoc finds nothing wrong with', () => {
    const found = mandoc('-T', 'lint', '-W', 'warning').split('\n');
    // A date would have to be kept by hand.
    expect(found.filter((line) => line !== '' && !line.includes('missing date'))).toEqual([]);
  });

  it('says what the help says', () => {
    // Bold is a letter, a step back, and the letter.
    const text = mandoc('-T', 'utf8', '-O', 'width=1000').replace(/.[\b]/g, '');
    expect(text).toContain('eval "$(cilium-align completion bash)"');
    const items = [program, ...program.commands].flatMap((command) => (command as typeof program).parts).flatMap((part) => part.items);
    // Of this, the page is what it leads to.
    const said = items.flat().filter((words) => !words.startsWith('cilium-align COMMAND'));
    expect(said.filter((words) => !text.includes(words))).toEqual([]);
  });
});
