import { Option } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { CommandPage, OTHER_OPTIONS } from './command-page.ts';
import { auditCommand } from './commands/audit.ts';
import { completionCommand } from './commands/completion.ts';
import { explainCommand } from './commands/explain.ts';
import { fixCommand } from './commands/fix.ts';
import { initCommand } from './commands/init.ts';
import type { Running } from './commands/running.ts';
import { valuesCommand } from './commands/values.ts';

/** Every command, one file and one line each; the first is meant where none is named. */
const commands = [auditCommand, explainCommand, fixCommand, valuesCommand, initCommand, completionCommand];

/** The whole command line, as it is parsed, and as its help, its manual and its completion describe it. */
export function createProgram(running: Running): CommandPage {
  const { surroundings } = running;
  const program = new CommandPage('cilium-align')
    .description(
      "Says where Talos's bootstrap and Argo CD disagree about Cilium, why it matters, and how to mend it. It reads both from Git, and needs neither a cluster nor Helm nor a network.",
    )
    .usage('<command> [options]')
    .version(packageJson.version, '--version', 'print the version')
    .helpCommand('help [command]', "print a command's help")
    .configureOutput({
      writeOut: surroundings.stdout,
      writeErr: surroundings.stderr,
      getOutHelpWidth: () => surroundings.columns,
    })
    .exitOverride()
    .enablePositionalOptions();
  const [unnamed, ...others] = commands.map((create, i) => {
    const command = create(running);
    return withHelp(command.copyInheritedSettings(program), i === 0 ? undefined : `cilium-align ${command.name()}`);
  });
  program.addCommand(unnamed!, { isDefault: true });
  for (const command of others) program.addCommand(command);
  program.unnamed = unnamed;
  for (const { title, items } of unnamed!.sections) {
    // Of every other command, its page has more.
    const first = others.flatMap((command) => command.sections.find((section) => section.title === title)?.items.slice(0, 1) ?? []);
    program.section(title, title === 'Examples' ? [...items, ...first] : items);
  }
  return withHelp(program)
    .section('Environment', [
      ['NO_COLOR', 'no colours, whatever is printed to: https://no-color.org'],
      ['FORCE_COLOR', 'colours, also where nothing is a terminal'],
      ['COLUMNS', 'how wide the table may be where nothing is a terminal (default: 100)'],
      ['CI', 'compiled code is not kept for the next run'],
      ['CILIUM_ALIGN_DEBUG', '1: where a bug of cilium-align is'],
    ])
    .section('Files', [
      ['.cilium-align.yaml', 'at the root: clusters, levels, what is allowed; cilium-align init writes one'],
      ['.gitignore', 'what Git ignores is not read'],
    ])
    .section('See also', [['https://github.com/cilium-align/cilium-align', 'cilium-align COMMAND --help shows more of a command']]);
}

/** Adds the option that prints the help, and leads there from whatever cannot be parsed. */
function withHelp(command: CommandPage, call = 'cilium-align'): CommandPage {
  return command
    .configureOutput({
      outputError: (text, write) => {
        const problem = text
          .trim()
          .replace(/^error: /, '')
          .replace(/\s*\n\s*/g, ' ')
          .replace(/\.$/, '');
        write(`cilium-align: ${problem}; ${call} --help shows what there is\n`);
      },
    })
    .addHelpOption(new Option('-h, --help', 'print this help').helpGroup(OTHER_OPTIONS));
}
