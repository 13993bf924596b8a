import { Argument } from 'commander';
import { CommandPage } from '../command-page.ts';
import type { Running } from './running.ts';

/** `cilium-align completion SHELL` */
export function completionCommand({ surroundings }: Running): CommandPage {
  return new CommandPage('completion')
    .summary('the script that completes commands and options in a shell')
    .description('Prints the script that makes a shell complete commands, options, what they take, and the names of rules and settings.')
    .addArgument(new Argument('<shell>', 'the shell that reads it').choices(['bash', 'zsh', 'fish']))
    .section('Examples', [
      ['eval "$(cilium-align completion bash)"', 'in ~/.bashrc: bash completes what you type'],
      ['eval "$(cilium-align completion zsh)"', 'the same in ~/.zshrc, below compinit'],
      ['cilium-align completion fish > ~/.config/fish/completions/cilium-align.fish', 'the same for fish, once'],
    ])
    .section('Exit codes', [
      ['0', 'printed'],
      ['2', 'no such shell is known'],
    ])
    .action(async (shell: 'bash' | 'zsh' | 'fish', _, command: CommandPage) => {
      const { completionScript } = await import('../completion/index.ts');
      surroundings.stdout(completionScript(shell, command.parent as CommandPage));
    });
}
