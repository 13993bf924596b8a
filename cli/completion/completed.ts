import type { Argument, Option } from 'commander';
import { settings } from '../../shared/cilium/settings/index.ts';
import { rules } from '../../shared/judge/rules/index.ts';
import type { CommandPage } from '../command-page.ts';

/** What may stand at a place of the command line: one of these words, a file, a directory, or what nobody can guess. */
export type Completion = readonly string[] | 'file' | 'directory' | 'unknown';

/** An option, what it is, and what follows it; undefined where nothing does. */
export interface CompletedOption {
  flag: string;
  text: string;
  takes: Completion | undefined;
}

/** A command and what may follow it. */
export interface CompletedCommand {
  name: string;
  text: string;
  options: readonly CompletedOption[];
  arguments: readonly Completion[];
}

/** The command line as a shell completes it. */
export interface CompletedProgram {
  name: string;
  commands: readonly CompletedCommand[];
  /** What may stand beside a command, and where none is named. */
  unnamed: Omit<CompletedCommand, 'name' | 'text'>;
}

/** The model of the command line, with the names that `explain` knows. */
export function completedProgram(program: CommandPage): CompletedProgram {
  const help = program.createHelp();
  const visible = help.visibleCommands(program) as CommandPage[];
  const names = visible.map((command) => command.name());
  const paths = settings.map(({ path }) => path);
  /** What commander is not told, because it would have to be loaded for every run. */
  const known: Record<string, readonly string[]> = { explain: [...rules.map(({ id }) => id), ...paths], help: names, '--setting': paths };
  const optionsOf = (command: CommandPage) =>
    help.visibleOptions(command).map(
      (option): CompletedOption => ({
        flag: option.long!,
        text: option.description,
        takes: option.required ? (known[option.long!] ?? completionOf(option)) : undefined,
      }),
    );
  const commands = visible.map(
    (command): CompletedCommand => ({
      name: command.name(),
      text: help.subcommandDescription(command),
      options: optionsOf(command),
      arguments: known[command.name()] ? [known[command.name()]!] : command.registeredArguments.map(completionOf),
    }),
  );
  const { options, arguments: args } = commands.find(({ name }) => name === program.unnamed!.name())!;
  const own = optionsOf(program).filter(({ flag }) => !options.some((option) => option.flag === flag));
  return { name: program.name(), commands, unnamed: { options: [...options, ...own], arguments: args } };
}

function completionOf(of: Option | Argument): Completion {
  if (of.argChoices) return of.argChoices;
  const name = 'flags' in of ? /<(.+)>/.exec(of.flags)?.[1] : of.name();
  return name === 'file' ? 'file' : name === 'path' ? ('flags' in of ? 'file' : 'directory') : 'unknown';
}
