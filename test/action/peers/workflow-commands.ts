/** One command that the runner obeys. */
export interface WorkflowCommand {
  command: string;
  properties: Record<string, string>;
  data: string;
}

const registered = new Set([
  'stop-commands',
  'set-env',
  'set-output',
  'save-state',
  'add-mask',
  'add-path',
  'add-matcher',
  'remove-matcher',
  'debug',
  'warning',
  'error',
  'notice',
  'group',
  'endgroup',
  'echo',
]);

const dataEscapes: Record<string, string> = { '%0D': '\r', '%0A': '\n' };
const propertyEscapes: Record<string, string> = { ...dataEscapes, '%3A': ':', '%2C': ',' };
const olderEscapes: Record<string, string> = { ...dataEscapes, '%3B': ';', '%5D': ']' };

/**
 * What the runner takes a line of stdout or stderr for, by its own rules: `::command::` behind leading blanks, or the older
 * `##[command]` anywhere in the line. https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function parseCommand(line: string): WorkflowCommand | undefined {
  return parseCurrent(line) ?? parseOlder(line);
}

/** The lines of a stream, as .NET's ReadLine splits them: a bare carriage return ends one too. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function parseCurrent(line: string): WorkflowCommand | undefined {
  // What .NET takes for a blank: unlike JavaScript, next line is one and the byte order mark is none.
  const message = line.replace(/^(?:[^\S\ufeff]|\u0085)+/, '');
  if (!message.startsWith('::')) return undefined;
  const end = message.indexOf('::', 2);
  return end < 0 ? undefined : command(message.slice(2, end), ',', propertyEscapes, message.slice(end + 2), dataEscapes);
}

function parseOlder(line: string): WorkflowCommand | undefined {
  const start = line.indexOf('##[');
  const end = start < 0 ? -1 : line.indexOf(']', start);
  return end < 0 ? undefined : command(line.slice(start + 3, end), ';', olderEscapes, line.slice(end + 1), olderEscapes);
}

function command(
  about: string,
  separator: string,
  propertyForms: Record<string, string>,
  data: string,
  dataForms: Record<string, string>,
): WorkflowCommand | undefined {
  const blank = about.indexOf(' ');
  const name = (blank < 0 ? about : about.slice(0, blank)).toLowerCase();
  if (!registered.has(name)) return undefined;
  const properties: Record<string, string> = {};
  for (const property of blank > 0
    ? about
        .slice(blank + 1)
        .trim()
        .split(separator)
    : []) {
    const equals = property.indexOf('=');
    if (equals > 0 && equals < property.length - 1)
      properties[property.slice(0, equals).toLowerCase()] = unescaped(property.slice(equals + 1), propertyForms);
  }
  return { command: name, properties, data: unescaped(data, dataForms) };
}

function unescaped(text: string, forms: Record<string, string>): string {
  let plain = text;
  for (const [from, to] of Object.entries(forms)) plain = plain.replaceAll(from, to);
  return plain.replaceAll('%25', '%');
}

/** Names and values of a file such as GITHUB_OUTPUT. Throws where the runner would fail the step. */
export function readKeyValues(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!.replace(/\r$/, '');
    if (line === '') continue;
    const [equals, heredoc] = [line.indexOf('='), line.indexOf('<<')];
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      values[line.slice(0, equals)] = line.slice(equals + 1);
      continue;
    }
    if (heredoc <= 0 || heredoc + 2 === line.length) throw new Error(`Invalid format '${line}'`);
    const delimiter = line.slice(heredoc + 2);
    const end = lines.findIndex((other, index) => index > at && other.replace(/\r$/, '') === delimiter);
    if (end < 0) throw new Error(`Matching delimiter not found '${delimiter}'`);
    values[line.slice(0, heredoc)] = lines.slice(at + 1, end).join('\n');
    at = end;
  }
  return values;
}

/** An annotation as GitHub shows it. */
export interface Annotation {
  level: 'error' | 'warning' | 'notice';
  message: string;
  file?: string;
  line?: number;
  endLine?: number;
  title?: string;
}

/** What a step's commands come to: at most ten annotations of a level, no message over 4,096 characters. https://github.com/actions/runner/blob/main/src/Runner.Worker/ExecutionContext.cs */
export function annotationsOf(commands: readonly WorkflowCommand[], workspace: string): Annotation[] {
  const counts = { error: 0, warning: 0, notice: 0 };
  const shown: Annotation[] = [];
  for (const { command: level, properties, data } of commands) {
    if (level !== 'error' && level !== 'warning' && level !== 'notice') continue;
    counts[level] += 1;
    if (counts[level] > 10) continue;
    const { file, line, endline, title } = properties;
    shown.push({
      level,
      message: data.slice(0, 4096),
      ...(file === undefined ? {} : { file: file.startsWith(`${workspace}/`) ? file.slice(workspace.length + 1) : file }),
      ...(line === undefined ? {} : { line: Number(line) }),
      ...(endline === undefined ? {} : { endLine: Number(endline) }),
      ...(title === undefined ? {} : { title }),
    });
  }
  return shown;
}
