import {
  type Command,
  type CompoundList,
  type Coproc,
  type Function as FunctionNode,
  type If,
  type ParsedScript,
  type ProcessSubstitutionPart,
  parse,
  type Redirection,
  type Statement,
  type TestExpression,
  type Word,
} from 'unbash';
import type { FilePlace, Opaque, SourceText } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import { evaluateTest } from './conditions.ts';
import { bodyHasEffects, hasEffects } from './effects.ts';
import { expandGlob } from './globs.ts';
import type { CommandPlace, Invocation, Tool } from './invocation.ts';
import { MOST_WORDS, mergeValues } from './merge-values.ts';
import { outputOf } from './outputs.ts';
import { findPaths, literalPaths, pathKey, type WorkingDirectory } from './paths.ts';
import { commandName, TOOLS, WRAPPERS } from './programs.ts';
import { scriptDirectories, scriptPlace, scriptSource, syntaxOf, wholeText } from './script-files.ts';
import { literalText, placeIn, type ShellSource, shellSource } from './source.ts';
import {
  type Argument,
  firstUnknown,
  isPassedOn,
  joinText,
  knownText,
  opaqueOf,
  ROOT,
  type Text,
  type Unknown,
  writtenText,
} from './text.ts';
import { expandWord, globExpression, hereDocumentText, wordText } from './words.ts';

/** What a variable holds: one text, or the items of an array. */
export interface Value {
  items: Argument[];
  exported?: true;
}

/** Text that a command prints; `source` where it is the text of a file or here document, which then keeps its place. */
export interface Output {
  text: Text;
  source?: SourceText;
}

/** What all shells of one repository share. */
export interface World {
  repository: Repository;
  invocations: Invocation[];
  /** `helm repo add NAME URL`. */
  chartRepositories: Map<string, string>;
  /** Variables that the repository's `.envrc`, `.env` and the like put into the environment. */
  environment(name: string): Text | undefined;
  /** How often a script was sourced or called, by the file that the way to it began in. */
  sourced: Map<string, number>;
  /** Steps that are left for the whole repository: hostile scripts end here. */
  steps: number;
}

type Runnable = Statement['command'] | FunctionNode['body'] | FunctionNode | CompoundList | Coproc['body'];

const DEPTH = 20;
/** How often one script is sourced or called on the ways that begin in one file. */
const TIMES = 4;
const NESTING = 256;
const RECURSION = 3;
const LOOPS = 64;
const LINES = 400;
/** Texts that double in a loop end here. */
const LONGEST_TEXT = 64 * 1024;
const MOST_OUTPUTS = 500;
const SOPS_RUNS = /^exec-(?:env|file)$/;
const ROOT_VARIABLES = new Set([
  'GITHUB_WORKSPACE',
  'CI_PROJECT_DIR',
  'DEVENV_ROOT',
  'DEVBOX_PROJECT_ROOT',
  'MISE_PROJECT_ROOT',
  'MISE_CONFIG_ROOT',
  'PRJ_ROOT',
]);

/** Everything that Git's side of a shell can know while it runs a script, and what it was told from outside. */
export class Shell implements WorkingDirectory {
  readonly world: World;
  readonly commands: CommandPlace;
  readonly entry: string;
  source: ShellSource;
  variables = new Map<string, Value>();
  functions = new Map<string, { node: FunctionNode; source: ShellSource; called: boolean; effects?: boolean }>();
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
  #out: Output[] | undefined;
  #input: Output | undefined;
  #consumers: readonly (readonly Argument[])[] = [];
  #sink: { output: Invocation['output']; path?: Text } = { output: 'terminal' };
  /** Nodes inside one another, and calls and substitutions inside one another. */
  #depth = 0;
  #calls = 0;
  #stack: readonly FunctionNode[] = [];

  constructor(world: World, source: ShellSource, commands: CommandPlace, directories: readonly string[], entry: string) {
    this.world = world;
    this.source = source;
    this.commands = commands;
    this.directories = directories;
    this.entry = entry;
  }

  get repository(): Repository {
    return this.world.repository;
  }

  /** Runs a text that stands in a file; broken text as far as it can be understood. */
  run(source: ShellSource): void {
    const before = this.source;
    this.source = source;
    this.#list(syntaxOf(source).commands);
    this.source = before;
  }

  /** Runs the functions that nothing has called: which of them somebody calls by name cannot be seen. */
  runUncalled(): void {
    for (let round = 0; round < 3; round++) {
      const uncalled = [...this.functions.values()].filter((f) => !f.called);
      if (uncalled.length === 0) return;
      for (const f of uncalled) {
        f.called = true;
        if (!hasEffects(f.node.name.value, this.functions)) continue;
        const shell = this.#branch();
        shell.positional = undefined;
        shell.ended = undefined;
        shell.source = f.source;
        shell.#body(f.node);
      }
    }
  }

  /** The value of a variable, with the reason where Git does not hold it. */
  variable(name: string, written: string, place: FilePlace): Text {
    if (/^\d+$/.test(name)) {
      if (name === '0')
        return this.script === undefined ? [{ written, reason: 'it is the name of the program', place }] : [`${ROOT}/${this.script}`];
      const index = Number(name) - 1;
      const unknown = this.positional ? this.positional.findIndex((a) => a.many) : 0;
      if (this.positional && (unknown < 0 || index < unknown)) return this.positional[index]?.text ?? [];
      return [{ written, reason: `it is argument ${name} of whoever calls it`, place, name, given: true }];
    }
    if (name === 'BASH_SOURCE' || name === 'BASH_SOURCE[0]') return [`${ROOT}/${this.source.source.file}`];
    const value = this.variables.get(name);
    if (value) return value.items[0]?.text ?? [];
    if (name === 'PWD' && this.directories.length > 0) return [`${ROOT}/${this.directories[0]}`];
    if (ROOT_VARIABLES.has(name)) return [ROOT];
    if (/^[?!$#_-]$/.test(name)) return [{ written, reason: 'only a run of the script says it', place }];
    const ambient = name === 'HOME' ? undefined : this.world.environment(name);
    if (ambient) return ambient;
    return [{ written, reason: `the variable ${name} is not set in Git`, place, name, given: true }];
  }

  set(name: string, text: Text): void {
    const exported = this.variables.get(name)?.exported;
    const place = firstUnknown(text)?.place ?? { file: this.source.source.file, line: this.source.source.line, column: 1 };
    this.variables.set(name, { items: [{ text, place }], ...(exported ? { exported } : {}) });
  }

  /** What `$(…)` prints, without the newlines at its end. */
  substitute(script: ParsedScript | undefined, written: string, place: FilePlace): Text {
    if (!script) return [{ written, reason: 'only a run of the command says it', place }];
    const output = this.#capture(script, 'variable');
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
    const written = part.text.length > 80 ? `${part.text.slice(0, 77)}…` : part.text;
    const unknown: Unknown = { written, reason: 'only a run of the command says it', place };
    if (part.operator === '<' && part.script) {
      const output = this.#capture(part.script, 'comparison');
      this.written.set(pathKey([unknown], this), output?.source ?? { kind: 'opaque', reason: unknown.reason, text: written, place });
    }
    return unknown;
  }

  /** What a text of its own prints, as `$(…)` would have it. */
  outputOf(source: ShellSource): Text {
    const before = this.source;
    this.source = source;
    const text = this.substitute(parse(source.text), source.source.text.trim(), placeIn(source.source, 0));
    this.source = before;
    return text;
  }

  #capture(script: ParsedScript, sink: 'variable' | 'comparison'): Output | undefined {
    if (this.#calls > DEPTH) return undefined;
    const shell = this.#branch();
    shell.#calls = this.#calls + 1;
    shell.#out = [];
    shell.#sink = { output: sink };
    shell.#consumers = [];
    if (script.source !== undefined) {
      const at = placeIn(this.source.source, script.pos);
      shell.source = {
        source: { file: at.file, text: script.source, line: at.line, indent: 0, exact: false, column: at.column },
        text: script.source,
        tokens: this.source.tokens,
      };
    }
    shell.#list(script.commands);
    return joined(shell.#out);
  }

  /** The same shell for a branch or a subshell: what it sets does not reach this one. */
  #branch(): Shell {
    const shell = new Shell(this.world, this.source, this.commands, this.directories, this.entry);
    shell.variables = new Map(this.variables);
    shell.functions = this.functions;
    shell.positional = this.positional;
    shell.written = this.written;
    shell.lookedUp = this.lookedUp;
    shell.trail = this.trail;
    shell.script = this.script;
    shell.#out = this.#out;
    shell.#input = this.#input;
    shell.#consumers = this.#consumers;
    shell.#sink = this.#sink;
    shell.#depth = this.#depth;
    shell.#calls = this.#calls;
    shell.#stack = this.#stack;
    return shell;
  }

  /** Runs each body in its own branch and keeps what all that go on agree on. */
  #branches(bodies: ((shell: Shell) => void)[], condition: string, defaults = false): void {
    const ends: Shell[] = [];
    const ended: NonNullable<Shell['ended']>[] = [];
    for (const body of bodies) {
      const shell = this.#branch();
      body(shell);
      if (shell.ended) ended.push(shell.ended);
      else ends.push(shell);
    }
    if (ends.length === 0) {
      this.ended = ended.every((e) => e === ended[0]) ? ended[0] : 'return';
      return;
    }
    const place = { file: this.source.source.file, line: this.source.source.line, column: 1 };
    const names = new Set<string>();
    for (const shell of ends) for (const [name, value] of shell.variables) if (value !== this.variables.get(name)) names.add(name);
    for (const name of names) {
      const values = ends.map((shell) => shell.variables.get(name));
      this.variables.set(name, mergeValues(name, this.variables.get(name), values, condition, place, defaults));
    }
    if (ends.every((shell) => shell.directories === ends[0]!.directories)) this.directories = ends[0]!.directories;
    else this.directories = [...new Set(ends.flatMap((shell) => shell.directories))];
  }

  #list(statements: readonly Statement[]): void {
    for (const statement of statements) {
      if (this.ended || this.world.steps-- <= 0) return;
      this.#node(statement.command);
    }
  }

  #node(node: Runnable): void {
    if (this.ended || this.world.steps-- <= 0 || this.#depth > NESTING) return;
    this.#depth++;
    try {
      this.#run(node);
    } finally {
      this.#depth--;
    }
  }

  #run(node: Runnable): void {
    switch (node.type) {
      case 'CompoundList':
        this.#list(node.commands);
        break;
      case 'Command':
        this.#command(node);
        break;
      case 'AndOr':
        this.#andOr(node);
        break;
      case 'Pipeline':
        this.#pipeline(node.commands);
        break;
      case 'If':
        this.#if(node);
        break;
      case 'For':
      case 'Select':
        this.#for(node.name.value, node.wordlist, node.body);
        break;
      case 'While':
        this.#while(node.clause, node.body);
        break;
      case 'ArithmeticFor':
        this.#branches([(shell) => shell.#loopBody(node.body), () => {}], 'how often a loop runs decides');
        break;
      case 'Case':
        this.#case(node);
        break;
      case 'Subshell': {
        const shell = this.#branch();
        shell.#list(node.body.commands);
        break;
      }
      case 'BraceGroup':
        this.#list(node.body.commands);
        break;
      case 'Redirected':
        this.#redirected(node.redirects, (shell) => shell.#node(node.command));
        break;
      case 'Function':
        this.functions.set(node.name.value, { node, source: this.source, called: false });
        break;
      case 'Coproc':
        this.#node(node.body);
        break;
      case 'TestCommand':
      case 'ArithmeticCommand':
        break;
    }
  }

  #andOr(node: Extract<Statement['command'], { type: 'AndOr' }>): void {
    this.#node(node.commands[0]!);
    let truth = this.#truth(node.commands[0]!);
    for (const [i, operator] of node.operators.entries()) {
      const next = node.commands[i + 1]!;
      const runs = truth === undefined ? undefined : operator === '&&' ? truth : !truth;
      if (runs === false) continue;
      // A command that may fail is taken to succeed: what stands behind its `||` is for the other case.
      if (runs === true || (operator === '&&' && !isTest(node.commands[0]!))) {
        this.#node(next);
        truth = this.#truth(next);
      } else {
        this.#branches([(shell) => shell.#node(next), () => {}], 'a condition decides', this.#asksWhetherSet(node.commands[0]!));
        truth = undefined;
      }
      if (this.ended) return;
    }
  }

  #if(node: If): void {
    const bodies: ((shell: Shell) => void)[] = [];
    let certain = false;
    for (const arm of [node, ...node.elif]) {
      this.#list(arm.clause.commands);
      if (this.ended) return;
      const last = arm.clause.commands.at(-1);
      const truth = last && this.#truth(last.command);
      if (truth === false) continue;
      bodies.push((shell) => shell.#list(arm.then.commands));
      if (truth === true) {
        certain = true;
        break;
      }
    }
    const otherwise = node.else;
    if (!certain) bodies.push((shell) => otherwise && shell.#list(otherwise.commands));
    if (bodies.length === 1) bodies[0]!(this);
    else this.#branches(bodies, 'a condition decides', this.#asksWhetherSet(node.clause));
  }

  /** A condition that only asks whether a variable has a value: what it guards is a default. */
  #asksWhetherSet(node: { pos: number; end: number }): boolean {
    return /-z\s|-[nv]\s/.test(this.source.text.slice(node.pos, node.end));
  }

  #truth(node: Statement['command']): boolean | undefined {
    if (node.type === 'TestCommand') return evaluateTest(node.expression as TestExpression, this);
    if (node.type === 'Pipeline' && node.prefixes.some((p) => p.type === 'Negation') && node.commands.length === 1) {
      const inner = this.#truth(node.commands[0]!);
      return inner === undefined ? undefined : !inner;
    }
    if (node.type === 'Command' && node.name && /^(\[|test)$/.test(node.name.value)) {
      const words = node.args.filter((a): a is Word => a.type === 'Word' && a.value !== ']');
      if (words.length === 2)
        return evaluateTest({ type: 'TestUnary', operator: words[0]!.value, operand: words[1]!, pos: 0, end: 0 }, this);
      if (words.length === 3)
        return evaluateTest({ type: 'TestBinary', operator: words[1]!.value, left: words[0]!, right: words[2]!, pos: 0, end: 0 }, this);
    }
    if (node.type === 'Command' && node.name?.value === 'true') return true;
    if (node.type === 'Command' && node.name?.value === 'false') return false;
    return undefined;
  }

  #for(name: string, wordlist: readonly Word[] | undefined, body: CompoundList): void {
    if (!this.#out && !bodyHasEffects(body, this.source, this.functions)) return;
    const items = wordlist ? wordlist.flatMap((word) => this.#globbed(word)) : (this.positional ?? []);
    if (items.length === 0 || items.length > LOOPS) {
      this.#branches([(shell) => shell.#loopBody(body), () => {}], 'how often a loop runs decides');
      return;
    }
    for (const item of items) {
      if (this.world.steps <= 0) return;
      this.variables.set(name, { items: [item.many ? { text: item.text, place: item.place } : item] });
      this.#loopBody(body);
      if (this.ended) return;
    }
  }

  /** The words of a loop, with `*` standing for what Git holds. */
  #globbed(word: Word): Argument[] {
    const items = expandWord(word, this);
    if (!word.parts?.some((p) => p.type === 'Glob')) return items;
    return items.flatMap((item) => {
      const paths = expandGlob(item.text, this);
      return paths.length > 0 && paths.length <= LOOPS ? paths.map((text) => ({ text, place: item.place })) : [item];
    });
  }

  #loopBody(body: CompoundList): void {
    this.#list(body.commands);
    if (this.ended === 'break' || this.ended === 'continue') this.ended = undefined;
  }

  #while(clause: CompoundList, body: CompoundList): void {
    if (!this.#out && !bodyHasEffects(body, this.source, this.functions)) {
      this.#list(clause.commands);
      return;
    }
    const read = clause.commands.at(-1)?.command;
    const variable =
      read?.type === 'Command' && read.name?.value === 'read'
        ? read.args.filter((a) => a.type === 'Word' && !a.value.startsWith('-')).map((a) => (a as Word).value)
        : [];
    const lines = variable.length === 1 ? this.#input && knownText(this.#input.text)?.split('\n') : undefined;
    if (lines && lines.length <= LINES) {
      for (const line of lines) {
        if (this.world.steps <= 0) return;
        this.set(variable[0]!, [line.trim()]);
        this.#loopBody(body);
        if (this.ended) return;
      }
      return;
    }
    this.#list(clause.commands);
    if (this.ended) return;
    this.#branches([(shell) => shell.#loopBody(body), () => {}], 'how often a loop runs decides');
  }

  #case(node: Extract<Statement['command'], { type: 'Case' }>): void {
    const subject = knownText(wordText(node.word, this));
    const bodies: ((shell: Shell) => void)[] = [];
    let certain = false;
    for (const item of node.items) {
      const patterns = item.pattern.map((p) => knownText(wordText(p, this)));
      const body = (shell: Shell) => shell.#list(item.body.commands);
      if (subject === undefined || patterns.some((p) => p === undefined)) bodies.push(body);
      else if (patterns.some((p) => globExpression(p!).test(subject))) {
        bodies.push(body);
        certain = true;
        break;
      }
    }
    if (!certain) bodies.push(() => {});
    if (bodies.length === 1) bodies[0]!(this);
    else this.#branches(bodies, 'a condition decides');
  }

  #pipeline(commands: readonly Statement['command'][]): void {
    if (commands.length === 1) {
      this.#node(commands[0]!);
      return;
    }
    const argumentLists = commands.map((c) => (c.type === 'Command' ? this.#quietly(c) : []));
    const last = commands.at(-1)!;
    const lastRedirects = last.type === 'Command' ? last.redirects : last.type === 'Redirected' ? last.redirects : [];
    let input = this.#input;
    for (const [i, command] of commands.entries()) {
      const shell = this.#branch();
      const final = i === commands.length - 1;
      shell.#input = input;
      if (!final) {
        shell.#out = [];
        shell.#consumers = [...argumentLists.slice(i + 1), ...this.#consumers];
        shell.#sink = this.#sinkOf(lastRedirects);
      }
      shell.#node(command);
      if (!final) input = joined(shell.#out!) ?? { text: [] };
    }
  }

  /** The words of a command without running what is in them. */
  #quietly(command: Command): Argument[] {
    const place = placeIn(this.source.source, command.pos);
    return [command.name, ...command.args].flatMap((word): Argument[] =>
      word && word.type === 'Word'
        ? [{ text: literalText(word.value, this.source), place: placeIn(this.source.source, word.pos) }]
        : word
          ? [{ text: [word.text], place }]
          : [],
    );
  }

  #sinkOf(redirects: readonly Redirection[]): { output: Invocation['output']; path?: Text } {
    for (const redirect of redirects) {
      if (redirect.type !== 'Redirect' || !redirect.operator.includes('>') || redirect.operator === '>&' || !redirect.target) continue;
      if (redirect.descriptor?.type === 'FileDescriptor' && redirect.descriptor.value !== 1) continue;
      const path = wordText(redirect.target, this);
      return knownText(path) === '/dev/null' ? { output: 'nowhere' } : { output: 'file', path };
    }
    return this.#sink;
  }

  /** Runs with redirections: where output goes, what comes in. */
  #redirected(redirects: readonly Redirection[], body: (shell: Shell) => void): void {
    const saved = { out: this.#out, input: this.#input, sink: this.#sink };
    let target: Text | undefined;
    for (const redirect of redirects) {
      if (redirect.type === 'HereDoc') this.#input = this.#hereDocument(redirect);
      else if (redirect.type === 'HereString') this.#input = { text: wordText(redirect.target, this) };
      else if (redirect.operator === '<') this.#input = this.#fileOutput(wordText(redirect.target, this));
      else if (redirect.operator === '>&' && redirect.target?.value === '2' && redirect.descriptor === undefined) this.#out = undefined;
      else if (redirect.operator.includes('>')) {
        const sink = this.#sinkOf([redirect]);
        if (sink === this.#sink) continue;
        this.#sink = sink;
        this.#out = [];
        if (sink.path) target = sink.path;
      }
    }
    body(this);
    if (target) this.#write(target, joined(this.#out ?? []));
    this.#out = saved.out;
    this.#input = saved.input;
    this.#sink = saved.sink;
  }

  #write(path: Text, output: Output | undefined): void {
    const place = firstUnknown(path)?.place ?? { file: this.source.source.file, line: this.source.source.line, column: 1 };
    const unknown = output && firstUnknown(output.text);
    const contents: SourceText | Opaque =
      output?.source ??
      (output && !unknown && output.text.length > 0
        ? { ...embeddedAt(place), text: knownText(output.text)! }
        : { kind: 'opaque', reason: unknown?.reason ?? 'a command writes it', place });
    if (this.written.size < MOST_OUTPUTS) this.written.set(pathKey(path, this), contents);
  }

  #hereDocument(redirect: Extract<Redirection, { type: 'HereDoc' }>): Output {
    const body = redirect.body;
    let text =
      body.parts && !redirect.delimiter?.quoted ? hereDocumentText(body.parts, this) : writtenFrom(literalText(body.text, this.source));
    const at = placeIn(this.source.source, body.pos);
    let indent = this.source.source.indent;
    if (redirect.operator === '<<-') {
      indent += /^\t*/.exec(text)![0].length;
      text = text.replace(/^\t+/gm, '');
    }
    const exact = this.source.source.exact;
    const source: SourceText = exact
      ? { file: at.file, text, line: at.line, indent, exact }
      : { file: at.file, text, line: at.line, indent: 0, exact, column: at.column };
    return { text: [text], source };
  }

  /** The contents of a file that a command names. */
  #fileOutput(path: Text): Output | undefined {
    const source = this.readText(path);
    if (!source) return undefined;
    if ('kind' in source) return { text: [{ written: source.text ?? '', reason: source.reason, place: source.place as FilePlace }] };
    return { text: [source.text], source };
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

  #body(node: FunctionNode): void {
    if (node.body.type === 'Subshell' || (node.body.type === 'Redirected' && node.body.command.type === 'Subshell'))
      this.#branch().#node(node.body);
    else this.#node(node.body);
  }

  #command(command: Command): void {
    const redirects = command.redirects;
    if (redirects.length > 0) this.#redirected(redirects, (shell) => shell.#plain(command));
    else this.#plain(command);
  }

  #plain(command: Command): void {
    const assignments = command.prefix.filter((p) => p.type === 'Assignment');
    if (!command.name) {
      for (const assignment of assignments) this.#assign(assignment);
      return;
    }
    const words: Argument[] = expandWord(command.name, this);
    const declares = /^(export|local|declare|readonly|typeset)$/.test(command.name.value);
    for (const word of command.args) {
      if (word.type === 'Word') words.push(...(declares && !word.parts ? expandWord(word, this) : this.#globbed(word)));
      else if (declares) {
        this.#assign(word);
        if (command.name.value !== 'local') this.#export(word.name);
      } else
        words.push({
          text: literalText(word.text, this.source).length > 0 ? this.#assignmentWord(word) : [],
          place: placeIn(this.source.source, word.pos),
        });
    }
    const place = placeIn(this.source.source, command.pos);
    if (assignments.length === 0) {
      this.call(words, place);
      return;
    }
    const saved = this.variables;
    this.variables = new Map(saved);
    for (const assignment of assignments) {
      this.#assign(assignment);
      this.#export(assignment.name);
    }
    this.call(words, place);
    this.variables = saved;
  }

  #assignmentWord(assignment: Extract<Command['prefix'][number], { type: 'Assignment' }>): Text {
    const value = assignment.value.type === 'Word' ? wordText(assignment.value, this) : [assignment.text.slice(assignment.name.length + 1)];
    return joinText([`${assignment.name}=`], value);
  }

  #export(name: string): void {
    const value = this.variables.get(name);
    if (value) this.variables.set(name, { ...value, exported: true });
  }

  #assign(assignment: Extract<Command['prefix'][number], { type: 'Assignment' }>): void {
    const before = this.variables.get(assignment.name);
    const place = placeIn(this.source.source, assignment.pos);
    const exported = before?.exported ? { exported: before.exported } : {};
    if (assignment.value.type === 'ArrayValue') {
      const items = assignment.value.elements.flatMap((word) => this.#globbed(word));
      this.variables.set(assignment.name, {
        items: (assignment.append && before ? [...before.items, ...items] : items).slice(0, MOST_WORDS),
        ...exported,
      });
      return;
    }
    const text = wordText(assignment.value, this);
    if (assignment.index) {
      const index = Number(assignment.index.value);
      const items = [...(before?.items ?? [])];
      if (Number.isInteger(index) && index >= 0 && index <= items.length) items[index] = { text, place };
      this.variables.set(assignment.name, { items, ...exported });
      return;
    }
    const whole = assignment.append ? joinText(before?.items[0]?.text ?? [], text) : text;
    this.variables.set(assignment.name, { items: [{ text: bounded(whole, place), place }], ...exported });
  }

  /** Runs a command whose words are known as far as they can be. */
  call(words: readonly Argument[], place: FilePlace): void {
    if (words.length === 0 || this.world.steps-- <= 0) return;
    const name = commandName(words[0]!.text);
    if (name === undefined) {
      this.#emitUnknown(words, place);
      return;
    }
    const f = this.functions.get(name);
    if (f) {
      if (this.#out !== undefined || hasEffects(name, this.functions)) this.#callFunction(f, words.slice(1));
      else f.called = true;
      return;
    }
    const rest = words.slice(1);
    const tool = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined;
    if (tool) {
      this.#invoke(tool, rest, place);
      this.#emitUnknown(words, place);
      return;
    }
    if (this.#builtin(name, rest, place)) return;
    if (WRAPPERS.has(name) && (name !== 'sops' || rest.some((a) => SOPS_RUNS.test(knownText(a.text) ?? '')))) {
      this.#wrapped(name, rest, place);
      return;
    }
    if (this.#callScript(words, name)) return;
    const output = outputOf(name, rest, this, this.#input);
    if (output === undefined) this.#emitUnknown(words, place);
    else if (output !== 'nothing') this.#emit(output);
  }

  #emit(output: Output): void {
    if (!this.#out || this.#out.length >= MOST_OUTPUTS) return;
    const known = knownText(output.text);
    if (known === undefined || known.length <= LONGEST_TEXT) this.#out.push(output);
  }

  #emitUnknown(words: readonly Argument[], place: FilePlace): void {
    if (!this.#out) return;
    const written = writtenText(joinText(...words.map((w, i) => (i === 0 ? w.text : [' ', ...w.text]))));
    const unknown = words.length === 1 && words[0]!.text.length === 1 ? firstUnknown(words[0]!.text) : undefined;
    this.#emit({
      text: [
        unknown ?? {
          written: written.length > 120 ? `${written.slice(0, 117)}…` : written,
          reason: 'only a run of the command says it',
          place,
        },
      ],
    });
  }

  #invoke(tool: Tool, rest: readonly Argument[], place: FilePlace): void {
    if (tool === 'helm' && knownText(rest[0]?.text ?? []) === 'repo' && knownText(rest[1]?.text ?? []) === 'add') {
      const [alias, url] = rest
        .slice(2)
        .map((a) => knownText(a.text))
        .filter((t): t is string => t !== undefined && !t.startsWith('-'));
      if (alias && url) this.world.chartRepositories.set(alias, url);
      return;
    }
    const variables = this.variables;
    const input = this.#input;
    const invocation: Invocation = {
      tool,
      arguments: rest.filter((argument) => !isPassedOn(argument)),
      place,
      commands: this.commands,
      directory: { repository: this.repository, directories: this.directories, written: this.written },
      variable: (name) => variables.get(name)?.items[0]?.text ?? (ROOT_VARIABLES.has(name) ? [ROOT] : this.world.environment(name)),
      consumers: this.#consumers,
      output: this.#sink.output,
      trail: this.trail,
      lookedUp: this.lookedUp,
      entry: this.entry,
    };
    if (this.#sink.path) invocation.outputPath = this.#sink.path;
    if (input) {
      const unknown = firstUnknown(input.text);
      invocation.input = input.source ?? (unknown ? opaqueOf(unknown) : { ...embeddedAt(place), text: knownText(input.text) ?? '' });
    }
    if (this.world.invocations.length < 2000) this.world.invocations.push(invocation);
  }

  #wrapped(name: string, rest: readonly Argument[], place: FilePlace): void {
    if (name === 'sops') {
      // https://getsops.io/docs/#passing-secrets-to-other-processes: a file, and a command in one argument, which a shell runs.
      const [, command, more] = rest
        .slice(rest.findIndex((a) => SOPS_RUNS.test(knownText(a.text) ?? '')) + 1)
        .filter((a) => !knownText(a.text)?.startsWith('-'));
      if (command && !more) {
        this.#interpret('sh', [{ text: ['-c'], place }, command], place);
        return;
      }
    }
    const saved = this.variables;
    let i = 0;
    if (name === 'env' || name === 'sudo') {
      this.variables = new Map(saved);
      for (; i < rest.length; i++) {
        const text = rest[i]!.text;
        const first = text[0];
        const assigned = typeof first === 'string' ? /^([A-Za-z_]\w*)=/.exec(first) : null;
        if (!assigned) break;
        this.set(assigned[1]!, joinText([(first as string).slice(assigned[0].length)], text.slice(1)));
      }
    }
    for (; i < rest.length; i++) {
      const known = knownText(rest[i]!.text);
      if (known === undefined || known.startsWith('-')) continue;
      const base = known.slice(known.lastIndexOf('/') + 1);
      if (Object.hasOwn(TOOLS, base) || this.functions.has(known) || /^(bash|sh|kustomize)$/.test(base) || /\.(sh|bash)$/.test(base)) {
        this.call(rest.slice(i), rest[i]!.place ?? place);
        break;
      }
    }
    this.variables = saved;
  }

  #builtin(name: string, rest: readonly Argument[], place: FilePlace): boolean {
    switch (name) {
      case 'cd':
      case 'pushd': {
        const target = rest.find((a) => !knownText(a.text)?.startsWith('-'));
        if (target) this.#changeDirectory(target.text);
        return true;
      }
      case 'export':
      case 'local':
      case 'declare':
      case 'readonly':
      case 'typeset':
        for (const argument of rest) this.#declare(argument);
        return true;
      case 'unset':
        for (const argument of rest) this.variables.delete(knownText(argument.text) ?? '');
        return true;
      case 'read': {
        const names = rest.map((a) => knownText(a.text)).filter((t): t is string => t !== undefined && /^[A-Za-z_]\w*$/.test(t));
        for (const variable of names) {
          if (variable)
            this.set(variable, [{ written: `\${${variable}}`, reason: 'the script asks for it', place, name: variable, given: true }]);
        }
        return true;
      }
      case 'mapfile':
      case 'readarray': {
        const variable = rest.map((a) => knownText(a.text)).findLast((t) => t !== undefined && /^[A-Za-z_]\w*$/.test(t));
        const text = this.#input && knownText(this.#input.text);
        if (variable)
          this.variables.set(variable, {
            items:
              text === undefined
                ? [
                    {
                      text: [{ written: `\${${variable}[@]}`, reason: 'only a run of the script says it', place, name: variable }],
                      place,
                      many: true,
                    },
                  ]
                : text
                    .replace(/\n$/, '')
                    .split('\n')
                    .slice(0, LINES)
                    .map((line) => ({ text: [line], place })),
          });
        return true;
      }
      case 'shift':
        this.#shift(Number(knownText(rest[0]?.text ?? []) || 1) || 1);
        return true;
      case 'set': {
        const dashes = rest.findIndex((a) => knownText(a.text) === '--');
        if (dashes >= 0) this.positional = [...rest.slice(dashes + 1)];
        return true;
      }
      case 'exit':
        this.ended = 'exit';
        return true;
      case 'return':
        this.ended = 'return';
        return true;
      case 'break':
        this.ended = 'break';
        return true;
      case 'continue':
        this.ended = 'continue';
        return true;
      case 'source':
      case '.':
        if (rest[0]) this.#source(rest[0].text, rest.slice(1));
        return true;
      case 'eval':
      case 'bash':
      case 'sh':
      case 'zsh':
        return this.#interpret(name, rest, place);
      default:
        return false;
    }
  }

  /** `bash -c 'text'`, `eval text`, `bash script`, `sh <<EOF`. */
  #interpret(name: string, rest: readonly Argument[], place: FilePlace): boolean {
    let text: Text | undefined;
    if (name === 'eval') text = joinText(...rest.map((a, i) => (i === 0 ? a.text : [' ', ...a.text])));
    else if (rest.some((a) => knownText(a.text) === '-n')) return true;
    else {
      const c = rest.findIndex((a) => /^-[a-z]*c$/.test(knownText(a.text) ?? ''));
      if (c >= 0) text = rest[c + 1]?.text;
      else {
        const script = rest.findIndex((a) => !knownText(a.text)?.startsWith('-'));
        if (script >= 0) return this.#callScript(rest.slice(script), undefined);
        if (this.#input) text = this.#input.text;
      }
    }
    if (text === undefined || this.#calls > DEPTH) return true;
    const shell = name === 'eval' ? this : this.#branch();
    const nested = { file: place.file, text: writtenFrom(text), line: place.line, indent: 0, exact: false, column: place.column };
    shell.#calls++;
    shell.run(shellSource(nested));
    shell.#calls--;
    if (name !== 'eval') this.ended = undefined;
    return true;
  }

  /** Words that stand for any number of arguments stay at the front for good. */
  #shift(count: number): void {
    if (!this.positional) return;
    const unknown = this.positional.findIndex((a) => a.many);
    this.positional = this.positional.slice(unknown < 0 ? count : Math.min(count, unknown));
  }

  #changeDirectory(target: Text): void {
    if (knownText(target) === '-') return;
    const found = findPaths(target, this, 'directory');
    const known = knownText(target);
    const entered = found.length === 1 ? [found[0]!.path] : known === undefined ? [] : literalPaths(known, this);
    if (entered.length === 0) return;
    // A reader of a document may be anywhere again by its next block.
    this.directories = this.commands.rank <= 2 ? [...new Set([...entered, ...scriptDirectories(this.entry)])] : entered;
  }

  #declare(argument: Argument): void {
    const first = argument.text[0];
    const assigned = typeof first === 'string' ? /^([A-Za-z_]\w*)=/.exec(first) : null;
    if (assigned) {
      const value = joinText([(first as string).slice(assigned[0].length)], argument.text.slice(1));
      const known = knownText(value);
      this.set(assigned[1]!, known === undefined ? value : [known.replace(/^(['"])(.*)\1$/s, '$2')]);
      this.#export(assigned[1]!);
    } else if (typeof first === 'string' && argument.text.length === 1) this.#export(first);
  }

  #callFunction(f: { node: FunctionNode; source: ShellSource; called: boolean }, rest: readonly Argument[]): void {
    f.called = true;
    if (this.#calls > DEPTH || this.#stack.filter((node) => node === f.node).length >= RECURSION) {
      this.ended = 'exit';
      return;
    }
    const saved = { positional: this.positional, source: this.source };
    this.positional = [...rest];
    this.source = f.source;
    this.#calls++;
    this.#stack = [...this.#stack, f.node];
    this.#body(f.node);
    this.#stack = this.#stack.slice(0, -1);
    this.#calls--;
    this.positional = saved.positional;
    this.source = saved.source;
    if (this.ended === 'return') this.ended = undefined;
  }

  /** Another script of the repository, with the variables that are exported to it. */
  #callScript(words: readonly Argument[], name: string | undefined): boolean {
    const text = words[0]!.text;
    if (name !== undefined && !writtenText(text).includes('/')) return false;
    // What a document calls is read where it stands.
    if (this.commands.rank <= 2) return true;
    const found = findPaths(text, this, 'file');
    if (found.length !== 1 || this.#calls > DEPTH) return name === undefined;
    const path = found[0]!.path;
    const source = scriptSource(path, this.repository);
    if (!source || this.trail.includes(path) || this.#isWornOut(path)) return true;
    const shell = new Shell(
      this.world,
      source,
      this.commands.looks === undefined ? { ...scriptPlace(path), clusters: this.commands.clusters } : this.commands,
      this.directories,
      this.entry,
    );
    shell.written = this.written;
    shell.lookedUp = this.lookedUp;
    shell.#out = this.#out;
    shell.#input = this.#input;
    shell.#consumers = this.#consumers;
    shell.#sink = this.#sink;
    shell.variables = new Map([...this.variables].filter(([, value]) => value.exported));
    shell.functions = new Map();
    shell.positional = words.slice(1);
    shell.script = path;
    shell.trail = [...this.trail, this.source.source.file];
    shell.#depth = this.#depth;
    shell.#calls = this.#calls + 1;
    shell.run(source);
    return true;
  }

  #source(path: Text, rest: readonly Argument[]): void {
    const known = knownText(path);
    const found = findPaths(path, this, 'file');
    if (known === undefined && found.length > 1) {
      // Which script is sourced is the caller's choice: each may be, in a shell of its own.
      for (const one of found) {
        const shell = this.#branch();
        shell.#sourceFile(one.path, []);
      }
      return;
    }
    if (found.length >= 1) this.#sourceFile(found[0]!.path, rest);
  }

  #isWornOut(path: string): boolean {
    const key = `${this.entry} ${path}`;
    const times = this.world.sourced.get(key) ?? 0;
    this.world.sourced.set(key, times + 1);
    return times >= TIMES;
  }

  #sourceFile(path: string, rest: readonly Argument[]): void {
    if (this.#calls > DEPTH || this.#isWornOut(path)) {
      this.ended = 'exit';
      return;
    }
    const source = scriptSource(path, this.repository);
    if (!source) return;
    const saved = { positional: this.positional, source: this.source };
    if (rest.length > 0) this.positional = [...rest];
    const from = this.source.source.file;
    if (path !== from) this.trail = [...this.trail.filter((p) => p !== path), from, path];
    this.#calls++;
    this.run(source);
    this.#calls--;
    this.source = saved.source;
    this.positional = saved.positional;
    if (this.ended === 'return') this.ended = undefined;
  }
}

function isTest(node: Statement['command']): boolean {
  if (node.type === 'Pipeline') return node.commands.length === 1 && isTest(node.commands[0]!);
  return (
    node.type === 'TestCommand' ||
    node.type === 'ArithmeticCommand' ||
    (node.type === 'Command' && /^(\[|test|command|which|type|grep)$/.test(node.name?.value ?? ''))
  );
}

function joined(outputs: readonly Output[]): Output | undefined {
  if (outputs.length === 0) return undefined;
  if (outputs.length === 1) return outputs[0];
  return { text: joinText(...outputs.map((o) => o.text)) };
}

function bounded(text: Text, place: FilePlace): Text {
  let length = 0;
  for (const piece of text) length += typeof piece === 'string' ? piece.length : piece.written.length;
  return length <= LONGEST_TEXT ? text : [{ written: '…', reason: 'it is too long', place }];
}

function embeddedAt(place: FilePlace): Omit<SourceText, 'text'> {
  return { file: place.file, line: place.line, indent: 0, exact: false, column: place.column };
}

/** Text for another parser; what is unknown stands in it as a variable of the shell. */
function writtenFrom(text: Text): string {
  return text
    .map((piece) =>
      typeof piece === 'string' ? piece : /^\$\{\w+\}$/.test(piece.written) ? piece.written : `\${${piece.name ?? 'unknown'}}`,
    )
    .join('');
}
