import type { Function as FunctionNode, ParsedScript, ProcessSubstitutionPart, Statement } from 'unbash';
import type { FilePlace, Opaque, SourceText } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import { textAtPlace, wholeFile } from '../source-text.ts';
import { DEEPEST_CALL, runUncalled, type ShellFunction } from './functions.ts';
import type { CommandPlace } from './invocation.ts';
import { findPaths, pathKey, type WorkingDirectory } from './paths.ts';
import { parseScript, syntaxOf, wholeText } from './script-files.ts';
import { callCommand } from './simple-commands.ts';
import { placeIn, type ShellSource, shellSource } from './source.ts';
import { type Runnable, runStatement } from './statements.ts';
import { joinOutputs, type Output, type Sink, type Streams, TERMINAL } from './streams.ts';
import { type Argument, joinText, type Text, type Unknown } from './text.ts';
import { setVariable, type Value, variableText } from './variables.ts';
import type { World } from './world.ts';

const NOTHING = shellSource(wholeFile('', ''));
const DEEPEST_NODE = 256;
const LONGEST_SHOWN = 80;

/**
 * Everything that Git's side of a shell can know while it runs a script, and what it was told from outside. What a script is made of is run beside this file, one kind of
 * construct in each: all of them come back here for what stands inside.
 */
export class Shell implements WorkingDirectory {
  readonly world: World;
  readonly commands: CommandPlace;
  readonly entry: string;
  source: ShellSource = NOTHING;
  variables = new Map<string, Value>();
  functions = new Map<string, ShellFunction>();
  /** `$1` and so on; undefined where nobody says. */
  positional: Argument[] | undefined;
  directories: readonly string[];
  written = new Map<string, SourceText | Opaque>();
  /** What was looked up in files of the repository, and where it stands. */
  lookedUp = new Map<string, FilePlace>();
  trail: readonly string[] = [];
  /** `$0`, where it is a file of the repository. */
  script: string | undefined;
  ended: 'exit' | 'return' | 'break' | 'continue' | undefined;
  streams: Streams = TERMINAL;
  /** Nodes inside one another, and calls and substitutions inside one another. */
  depth = 0;
  calls = 0;
  /** The functions that are running. */
  stack: readonly FunctionNode[] = [];

  constructor(world: World, commands: CommandPlace, directories: readonly string[], entry: string) {
    this.world = world;
    this.commands = commands;
    this.directories = directories;
    this.entry = entry;
  }

  get repository(): Repository {
    return this.world.repository;
  }

  /** Where the text that runs begins. */
  get start(): FilePlace {
    const { file, line } = this.source.source;
    return { file, line, column: 1 };
  }

  /** The value of a variable, with the reason where Git does not hold it. */
  variable(name: string, written: string, place: FilePlace): Text {
    return variableText(name, written, place, this);
  }

  /** Gives a variable one text. */
  set(name: string, text: Text): void {
    setVariable(name, text, this);
  }

  /** Gives a variable one text and hands it on, as another tool's environment does. */
  give(name: string, text: Text, place: FilePlace): void {
    this.variables.set(name, { items: [{ text, place }], exported: true });
  }

  /** Runs a text that stands in a file; broken text as far as it can be understood. */
  run(source: ShellSource): void {
    const before = this.source;
    this.source = source;
    this.statements(syntaxOf(source).commands);
    this.source = before;
  }

  /** Runs the functions that nothing has called. */
  runUncalled(): void {
    runUncalled(this);
  }

  /** Runs statements one after the other, until one ends the script or the steps are used up. */
  statements(statements: readonly Statement[]): void {
    for (const { command } of statements) {
      if (this.ended || this.world.steps-- <= 0) return;
      this.statement(command);
    }
  }

  /** Runs one statement; nothing that is nested too deeply. */
  statement(node: Runnable): void {
    if (this.ended || this.world.steps-- <= 0 || this.depth > DEEPEST_NODE) return;
    this.depth++;
    try {
      runStatement(node, this);
    } finally {
      this.depth--;
    }
  }

  /** Runs a command whose words are known as far as they can be. */
  call(words: readonly Argument[], place: FilePlace): void {
    this.world.steps -= 1 + Math.floor(words.length / 8);
    if (words.length > 0 && this.world.steps >= 0) callCommand(words, place, this);
  }

  /** What `$(…)` prints, without the newlines at its end. */
  substitute(script: ParsedScript | undefined, written: string, place: FilePlace): Text {
    const output = script && this.#capture(script, { output: 'variable' });
    if (!output) return [{ written, reason: 'only a run of the command says it', place }];
    const text = [...output.text];
    const last = text.at(-1);
    if (typeof last === 'string') text[text.length - 1] = last.replace(/\n+$/, '');
    return joinText(text).map((piece) =>
      typeof piece === 'string' ? piece : { ...piece, written, place: piece.name ? piece.place : place },
    );
  }

  /** `<(…)`: a name under which its output is kept as a file. */
  processSubstitution(part: ProcessSubstitutionPart, place: FilePlace): Unknown {
    const written = part.text.length > LONGEST_SHOWN ? `${part.text.slice(0, LONGEST_SHOWN - 3)}…` : part.text;
    const unknown: Unknown = { written, reason: 'only a run of the command says it', place };
    if (part.operator === '<' && part.script) {
      const output = this.#capture(part.script, { output: 'comparison' });
      this.written.set(pathKey([unknown], this), output?.source ?? { kind: 'opaque', reason: unknown.reason, text: written, place });
    }
    return unknown;
  }

  /** What a text of its own prints, as `$(…)` would have it. */
  outputOf(source: ShellSource): Text {
    const before = this.source;
    this.source = source;
    const text = this.substitute(parseScript(source.text), source.source.text.trim(), placeIn(source.source, 0));
    this.source = before;
    return text;
  }

  #capture(script: ParsedScript, sink: Sink): Output | undefined {
    if (this.calls > DEEPEST_CALL) return undefined;
    const printed: Output[] = [];
    const branch = this.branch();
    branch.calls = this.calls + 1;
    branch.streams = { ...this.streams, printed, sink, consumers: [] };
    if (script.source !== undefined) {
      const at = placeIn(this.source.source, script.pos);
      branch.source = {
        source: textAtPlace(script.source, at),
        text: script.source,
        tokens: this.source.tokens,
      };
    }
    branch.statements(script.commands);
    return joinOutputs(printed);
  }

  /** The text of a file of the repository, or of one that an earlier command wrote. */
  readText(path: Text): SourceText | Opaque | undefined {
    const written = this.written.get(pathKey(path, this));
    if (written) return written;
    const found = findPaths(path, this, 'file');
    if (found.length !== 1) return undefined;
    try {
      return wholeText(found[0]!.path, this.repository);
    } catch {
      return undefined;
    }
  }

  /** The same shell for a branch or a subshell: what it sets does not reach this one. */
  branch(): Shell {
    const shell = new Shell(this.world, this.commands, this.directories, this.entry);
    shell.source = this.source;
    shell.variables = new Map(this.variables);
    shell.functions = this.functions;
    shell.positional = this.positional;
    shell.script = this.script;
    shell.trail = this.trail;
    shell.stack = this.stack;
    shell.calls = this.calls;
    this.#share(shell);
    return shell;
  }

  /** A shell for another script, which sees what this one exports. */
  child(commands: CommandPlace): Shell {
    const shell = new Shell(this.world, commands, this.directories, this.entry);
    shell.variables = new Map([...this.variables].filter(([, value]) => value.exported));
    shell.trail = [...this.trail, this.source.source.file];
    shell.calls = this.calls + 1;
    this.#share(shell);
    return shell;
  }

  #share(shell: Shell): void {
    shell.written = this.written;
    shell.lookedUp = this.lookedUp;
    shell.streams = this.streams;
    shell.depth = this.depth;
  }
}
