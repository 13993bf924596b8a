import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltCli, buildCli } from '../built-cli.ts';
import { hasDebianPeer } from '../peers.ts';

let cli: BuiltCli;
let scratch: string;
beforeAll(async () => {
  cli = await buildCli();
  scratch = mkdtempSync(join(tmpdir(), 'cilium-align-completion-'));
  mkdirSync(join(scratch, 'home/sub'), { recursive: true });
  writeFileSync(join(scratch, 'home/file.tgz'), '');
  for (const shell of ['bash', 'zsh', 'fish']) writeFileSync(join(scratch, shell), cli.run(['completion', shell]).out);
});
afterAll(() => {
  cli.remove();
  rmSync(scratch, { recursive: true, force: true });
});

/** What a shell offers for the last word of each line, as it is printed. */
const asked: Record<string, (lines: readonly string[]) => string[]> = {
  bash: (lines) =>
    lines.map((line) => {
      const script = `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _cilium_align; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return runShell('bash', ['-c', script, join(scratch, 'bash'), ...line.split(/(?<==)|(?==)| /)]);
    }),
  zsh: (lines) => runShell('zsh', ['-f', join(import.meta.dirname, 'zsh-matches.zsh'), join(scratch, 'zsh'), ...lines]).split('==\n'),
  fish: (lines) =>
    lines.map((line) => {
      const script = 'source $argv[1]; complete -C $argv[2]';
      return runShell('fish', ['--no-config', '-c', script, join(scratch, 'fish'), line]).replace(/\/?(?:\t.*)?$/gm, '');
    }),
};

function runShell(shell: string, args: string[]): string {
  const { stdout, stderr } = spawnSync(shell, args, {
    cwd: join(scratch, 'home'),
    encoding: 'utf8',
    timeout: 30_000,
    env: { PATH: process.env.PATH, HOME: join(scratch, 'home'), TERM: 'dumb' },
  });
  expect(stderr).toBe('');
  return stdout;
}

const commands = ['audit', 'completion', 'explain', 'fix', 'help', 'init', 'values'];

const expected: readonly (readonly [what: string, line: string, offered: unknown])[] = [
  ['a command, or a folder', 'cilium-align ', expect.arrayContaining([...commands, 'sub'])],
  ['the beginning of a command', 'cilium-align ex', ['explain']],
  ['an option where no command is named', 'cilium-align --fo', ['--format']],
  ['an option behind a folder', 'cilium-align sub --fo', ['--format']],
  ['what an option takes', 'cilium-align --format j', ['json', 'junit']],
  ['a file that an option takes', 'cilium-align --chart f', ['file.tgz']],
  ['nothing that nobody can guess', 'cilium-align --cluster ', []],
  ['the options of a command, and no others', 'cilium-align values --', ['--argocd', '--bootstrap', '--cluster', '--config', '--help']],
  ['the choices of an argument', 'cilium-align values ', ['argocd', 'bootstrap']],
  ['the next argument', 'cilium-align values argocd ', ['sub']],
  ['a setting', 'cilium-align explain k8sServiceP', ['k8sServicePort']],
  ['a setting behind an option', 'cilium-align fix --edit argocd --setting k8sServiceP', ['k8sServicePort']],
  ['a rule', 'cilium-align explain kube-proxy-m', ['kube-proxy-missing']],
  ['a shell', 'cilium-align completion z', ['zsh']],
  ['a command to print the help of', 'cilium-align help in', ['init']],
];

const offered = (text: string) => [...new Set(text.split('\n').filter((each) => each !== ''))].sort();

describe.each(Object.keys(asked).filter((shell) => (shell !== 'zsh' && shell !== 'fish') || hasDebianPeer(shell)))(
  '%s completes',
  (shell) => {
    let answers: string[];
    beforeAll(() => {
      answers = asked[shell]!(expected.map(([, line]) => line));
    });

    it.each(expected.map((each, i) => [i, ...each] as const))('%i %s: %s', (i, _, __, words) => {
      expect(offered(answers[i]!)).toEqual(words);
    });
  },
);

it('bash completes a value behind an equals sign', () => {
  const [format, undecided] = asked.bash!(['cilium-align --format=j', 'cilium-align --undecided=']);
  expect(offered(format!)).toEqual(['json', 'junit']);
  expect(offered(undecided!)).toEqual(['fail', 'warn']);
});

it('no name has to be quoted for a shell', () => {
  const { out } = cli.run(['completion', 'bash']);
  const names = /explain:0\) words='([^']*)'/.exec(out)![1]!.split(' ');
  expect(names.length).toBeGreaterThan(150);
  for (const name of names) expect(name).toMatch(/^[\w.-]+$/);
});
