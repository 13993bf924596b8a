import { type CommandPage, type HelpSection, isOfOptions } from '../cli/command-page.ts';
import { createProgram } from '../cli/program.ts';
import packageJson from '../package.json' with { type: 'json' };

/** `man cilium-align`, from what the command line itself is parsed by: https://man.openbsd.org/man.7 */
export function manPage(): string {
  const nothing = () => {};
  const surroundings = { stdout: nothing, stderr: nothing, env: {}, isTerminal: false, isErrorTerminal: false, columns: 80 };
  const program = createProgram({ surroundings, exitCode: 0 });
  const help = program.createHelp();
  const others = (help.visibleCommands(program) as CommandPage[]).filter((command) => command.name() !== program.unnamed!.name());
  const pages = others.filter((command) => command.sections.length > 0);
  const parts = program.parts;
  const named = (...titles: string[]) => parts.filter(({ title }) => titles.includes(title));
  const lines = [
    '.\\" Written by `npm run generate` from cli/program.ts.',
    `.TH CILIUM-ALIGN 1 "" "cilium-align ${packageJson.version}"`,
    '.SH NAME',
    `cilium-align \\- ${text(packageJson.description.replace(/^S/, 's').replace(/\.$/, ''))}`,
    '.SH SYNOPSIS',
    [...program.synopsis.slice(0, 1), ...pages.flatMap((page) => page.synopsis)].map(synopsis).join('\n.br\n'),
    '.SH DESCRIPTION',
    text(program.description()),
    ...list(named('Arguments')[0]!),
    '.SH COMMANDS',
    ...list(named('Commands')[0]!),
    '.SH OPTIONS',
    ...parts.filter(isOfOptions).flatMap((part) => [`.SS ${text(part.title)}`, ...list(part)]),
    '.SH EXAMPLES',
    ...named('Examples').flatMap(examples),
    '.SH EXIT STATUS',
    ...named('Exit codes').flatMap(list),
    ...pages.flatMap((page) => [
      `.SH ${text(page.synopsis[0]!.split(' ').slice(0, 2).join(' ').toUpperCase())}`,
      text(page.description()),
      ...ownParts(page),
    ]),
    '.SH ENVIRONMENT',
    ...named('Environment').flatMap(list),
    '.SH FILES',
    ...named('Files').flatMap(list),
    '.SH SEE ALSO',
    text(packageJson.homepage.replace(/#readme$/, '')),
  ];
  return `${lines.join('\n')}\n`;
}

/** What a command's page holds; its one option that every command has is not worth a list. */
function ownParts(page: CommandPage): string[] {
  return page.parts.flatMap((part) => {
    if (part.items.length === 1 && part.items[0]![0] === '--help') return [];
    return part.title === 'Examples' ? [`.SS ${part.title}`, ...examples(part)] : [`.SS ${text(part.title)}`, ...list(part)];
  });
}

function list({ items }: HelpSection): string[] {
  return items.flatMap(([term, what]) => ['.TP', bold(term), text(what)]);
}

function examples({ items }: HelpSection): string[] {
  return items.flatMap(([command, what]) => ['.TP', text(what), '.nf', bold(command), '.fi']);
}

function bold(words: string): string {
  return `.B ${text(words).replaceAll('\n', ' ')}`;
}

function synopsis(line: string): string {
  const [program, ...rest] = line.split(' ');
  return `.B ${text(program!)}\n${text(rest.join(' '))}`;
}

/** Text as roff prints it: hyphens and quotes that can be copied, nothing at the beginning of a line that would be a request, and no long lines. */
function text(words: string): string {
  const escaped = words.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('"', '\\(dq');
  return escaped
    .replace(/(.{1,79})(?: |$)/g, '$1\n')
    .trimEnd()
    .replace(/^[.']/gm, '\\&$&');
}
