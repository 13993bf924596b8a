import { type Argument, Command, Option } from 'commander';

/** A part of a page: a title, and what it lists, each with what it is. */
export interface HelpSection {
  title: string;
  items: readonly (readonly [term: string, text: string])[];
}

/** A command whose help reads like a page of the manual, and from which that page, too, is made. */
export class CommandPage extends Command {
  /** What stands below the options. */
  readonly sections: HelpSection[] = [];
  /** The command that is meant where none is named: its arguments and options are shown on this page. */
  unnamed: CommandPage | undefined;

  section(title: string, items: HelpSection['items']): this {
    this.sections.push({ title, items });
    return this;
  }

  override createCommand(name?: string): CommandPage {
    return new CommandPage(name);
  }

  override helpInformation(): string {
    const { getOutHelpWidth } = this.configureOutput();
    return renderHelp(this, Math.min(getOutHelpWidth?.() ?? WIDTH, WIDTH));
  }

  /** Adds an option that takes one of these; what counts without it is only said, because a configuration may decide it. */
  choice(flags: string, description: string, choices: readonly string[], otherwise?: string): this {
    return this.addOption(new Option(flags, description).choices(choices).default(undefined, otherwise));
  }

  /** Every way to call it. */
  get synopsis(): string[] {
    const name = [...ancestors(this), this].map((command) => command.name()).join(' ');
    const called = (command: Command) => {
      const needed = command.options.filter(({ mandatory }) => mandatory).map(({ flags }) => flags);
      return [name, ...needed, command.usage().replace(/^(\[options\]) (.+)$/, '$2 $1')].join(' ');
    };
    return [...(this.unnamed ? [called(this.unnamed)] : []), called(this)];
  }

  /** What stands on the page in this order: arguments, commands, options by what they decide, and the rest. */
  get parts(): HelpSection[] {
    const shown = this.unnamed ?? this;
    const help = this.createHelp();
    const options = new Map<string, [string, string][]>();
    const unnamed = this.unnamed ? help.visibleOptions(this.unnamed).filter(({ long }) => long !== '--help') : [];
    for (const option of [...unnamed, ...help.visibleOptions(this)]) {
      const group = option.helpGroupHeading ?? OTHER_OPTIONS;
      options.set(group, [...(options.get(group) ?? []), [option.flags, describe(option)]]);
    }
    const parts: HelpSection[] = [
      { title: 'Arguments', items: help.visibleArguments(shown).map((argument) => [argument.name(), describe(argument)]) },
      { title: 'Commands', items: help.visibleCommands(this).map((command) => [command.name(), help.subcommandDescription(command)]) },
      ...[...options].map(([title, items]) => ({ title, items })),
      ...this.sections,
    ];
    return parts.filter(({ items }) => items.length > 0);
  }
}

/** The title of options that decide nothing. */
export const OTHER_OPTIONS = 'Other options';

/** What an option or argument is, what it takes, and what counts without it. */
function describe({ description, argChoices, defaultValue, defaultValueDescription }: Option | Argument): string {
  const otherwise = defaultValueDescription ?? defaultValue;
  return `${description}${argChoices ? `: ${argChoices.join(', ')}` : ''}${otherwise === undefined ? '' : ` (default: ${otherwise})`}`;
}

/** A part lists options. */
export function isOfOptions({ items }: HelpSection): boolean {
  return items[0]?.[0].startsWith('-') === true;
}

function ancestors(command: Command): Command[] {
  return command.parent ? [...ancestors(command.parent), command.parent] : [];
}

/** Lines are easier to read when they are short, however wide the terminal is. */
const WIDTH = 80;
/** A term that is longer stands on a line of its own. */
const TERM = 22;

function renderHelp(page: CommandPage, width: number): string {
  const usage = page.synopsis.map((line, i) => `${i === 0 ? 'Usage: ' : '       '}${line}`);
  const description = fill(page.description(), width);
  // All options stand in one column, whatever they decide.
  const widest = (lists: readonly HelpSection[]) =>
    Math.min(TERM, Math.max(0, ...lists.flatMap(({ items }) => items.map(([term]) => term.length))));
  const ofOptions = widest(page.parts.filter(isOfOptions));
  const parts = page.parts.map((part) => {
    const { title, items } = part;
    const column = isOfOptions(part) ? ofOptions : widest([part]);
    const lines = items.flatMap(([term, text]) => {
      const [first = '', ...more] = fill(text, width - column - 4);
      const beside = term.length <= column;
      const indented = (line: string) => `${' '.repeat(column + 4)}${line}`.trimEnd();
      return beside
        ? [`  ${term.padEnd(column)}  ${first}`.trimEnd(), ...more.map(indented)]
        : [`  ${term}`, ...[first, ...more].filter((line) => line !== '').map(indented)];
    });
    return `${title}:\n${lines.join('\n')}`;
  });
  return `${[usage.join('\n'), description.join('\n'), ...parts].join('\n\n')}\n`;
}

/** Text in lines of at most a width; a line break in it stays. */
function fill(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines = [''];
    for (const word of paragraph.split(' ')) {
      const last = lines.at(-1)!;
      if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
      else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
    }
    return lines;
  });
}
