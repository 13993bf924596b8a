import type { DoubleQuotedChild, ParameterExpansionPart, Word, WordPart } from 'unbash';
import { type GlobOptions, glob } from '../../glob.ts';
import type { FilePlace } from '../../model.ts';
import type { Shell } from './interpreter.ts';
import { holdsToken, literalText, placeIn, writtenIn } from './source.ts';
import { type Argument, appendText, joinText, knownText, type Text, type Unknown } from './text.ts';

/** The words that the shell makes of one word: variables and substitutions filled in, unquoted ones split at blanks. */
export function expandWord(word: Word, shell: Shell): Argument[] {
  const place = placeIn(shell.source.source, word.pos);
  const fields = new Fields(place);
  const parts = word.parts;
  if (parts === undefined) expandLiteral(word.value, shell, fields, place);
  else for (const [i, part] of parts.entries()) expandPart(part, shell, fields, i === 0, parts.length === 1);
  return fields.finish();
}

/** The one text that a word is where it is not split: the value of an assignment, the target of a redirection. */
export function wordText(word: Word | undefined, shell: Shell): Text {
  if (!word) return [];
  const words = expandWord(word, shell);
  return joinText(...words.map((w, i) => (i === 0 ? w.text : [' ', ...w.text])));
}

const LONGEST_WORD = 256 * 1024;
const MOST_WORDS = 10_000;

class Fields {
  readonly #place: FilePlace;
  readonly #done: Argument[] = [];
  #current: (string | Unknown)[] | undefined;
  #conditional: Unknown | undefined;
  #many = false;
  #length = 0;

  constructor(place: FilePlace) {
    this.#place = place;
  }

  /** Text that is never split. */
  quoted(text: Text): void {
    if (this.#isFull(text)) return;
    this.#append(text);
  }

  /** Text that is split at blanks. */
  unquoted(text: Text, conditional?: Unknown): void {
    if (this.#isFull(text)) return;
    for (const piece of text) {
      this.#conditional ??= conditional;
      if (typeof piece !== 'string') {
        this.#append([piece]);
        continue;
      }
      const words = piece.split(/[ \t\n]+/);
      for (const [i, word] of words.entries()) {
        if (i > 0) this.#end();
        this.#conditional ??= conditional;
        if (word !== '') this.#append([word]);
      }
    }
  }

  /** The items of an array: the first and the last join what stands beside them. */
  items(items: readonly Argument[]): void {
    for (const [i, item] of items.entries()) {
      if (this.#isFull(item.text)) return;
      if (i > 0) this.#end();
      this.#append(item.text);
      this.#conditional = item.conditional;
      this.#many = item.many === true;
    }
  }

  #append(text: Text): void {
    this.#current ??= [];
    appendText(this.#current, text);
  }

  /** One word that becomes more than anybody writes is cut off. */
  #isFull(text: Text): boolean {
    for (const piece of text) this.#length += typeof piece === 'string' ? piece.length + 1 : piece.written.length + 1;
    return this.#length > LONGEST_WORD;
  }

  many(): void {
    this.#many = true;
  }

  finish(): Argument[] {
    this.#end();
    return this.#done;
  }

  #end(): void {
    if (this.#current !== undefined && this.#done.length < MOST_WORDS) {
      const argument: Argument = { text: this.#current, place: this.#place };
      if (this.#conditional) argument.conditional = this.#conditional;
      if (this.#many) argument.many = true;
      this.#done.push(argument);
    }
    this.#current = undefined;
    this.#conditional = undefined;
    this.#many = false;
  }
}

function expandLiteral(value: string, shell: Shell, fields: Fields, place: FilePlace): void {
  const home = /^~(?=\/|$)/.test(value);
  if (home) fields.quoted([{ written: '~', reason: 'it is a home directory', place, name: 'HOME' }]);
  const text = literalText(home ? value.slice(1) : value, shell.source);
  if (holdsToken(value, shell.source)) expandUnquoted(text, fields, true);
  else fields.quoted(text);
}

function expandPart(part: WordPart, shell: Shell, fields: Fields, first: boolean, alone: boolean): void {
  const place = placeIn(shell.source.source, part.pos);
  switch (part.type) {
    case 'Literal':
      if (first) expandLiteral(part.value, shell, fields, place);
      else {
        const text = literalText(part.value, shell.source);
        if (holdsToken(part.value, shell.source)) fields.unquoted(text);
        else fields.quoted(text);
      }
      break;
    case 'Glob':
    case 'ExtendedGlob':
    case 'BraceExpansion':
      fields.quoted(literalText(part.text, shell.source));
      break;
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      fields.quoted([]);
      fields.quoted(literalText(part.value, shell.source));
      break;
    case 'DoubleQuoted':
    case 'LocaleString':
      if (!(part.parts.length === 1 && isArray(part.parts[0]!))) fields.quoted([]);
      for (const child of part.parts) {
        if (isArray(child)) fields.items(arrayItems(child, shell));
        else fields.quoted(expandQuoted(child, shell));
      }
      break;
    case 'SimpleExpansion':
    case 'ParameterExpansion':
      if (isArray(part)) {
        fields.items(arrayItems(part, shell));
        break;
      }
      expandUnquoted(expandVariable(part, shell), fields, alone, conditionOf(part, shell));
      break;
    case 'CommandExpansion':
      expandUnquoted(shell.substitute(part.script, writtenIn(shell.source, part.pos, part.end), place), fields, alone);
      break;
    case 'ArithmeticExpansion':
      fields.quoted([{ written: part.text, reason: 'the shell calculates it', place }]);
      break;
    case 'ProcessSubstitution':
      fields.quoted([shell.processSubstitution(part, place)]);
      break;
  }
}

/** Set where a variable holds flags that are only passed under a condition. */
function conditionOf(part: WordPart & { type: 'SimpleExpansion' | 'ParameterExpansion' }, shell: Shell): Unknown | undefined {
  const name = part.type === 'SimpleExpansion' ? part.text.slice(1) : part.parameter;
  return shell.variables.get(name)?.items[0]?.conditional;
}

function expandUnquoted(text: Text, fields: Fields, alone: boolean, conditional?: Unknown): void {
  fields.unquoted(text, conditional);
  if (alone && text.length === 1 && typeof text[0] !== 'string' && !text[0]!.oneOf) fields.many();
}

function expandQuoted(part: DoubleQuotedChild, shell: Shell): Text {
  const place = placeIn(shell.source.source, part.pos);
  switch (part.type) {
    case 'Literal':
      return literalText(part.value, shell.source);
    case 'SimpleExpansion':
    case 'ParameterExpansion':
      return expandVariable(part, shell);
    case 'CommandExpansion':
      return shell.substitute(part.script, writtenIn(shell.source, part.pos, part.end), place);
    case 'ArithmeticExpansion':
      return [{ written: part.text, reason: 'the shell calculates it', place }];
  }
}

/** The text of a here document's body, its lines kept; what is unknown stays as a template. */
export function hereDocumentText(parts: readonly WordPart[], shell: Shell): string {
  let out = '';
  for (const part of parts) {
    if (out.length > LONGEST_WORD) break;
    if (part.type === 'Literal') out += plain(literalText(part.value, shell.source));
    else if (part.type === 'SimpleExpansion' || part.type === 'ParameterExpansion') out += plain(expandVariable(part, shell));
    else if (part.type === 'CommandExpansion')
      out += plain(shell.substitute(part.script, part.text, placeIn(shell.source.source, part.pos)));
    else out += 'text' in part ? part.text : '';
  }
  return out;
}

function plain(text: Text): string {
  return text
    .map((piece) => (typeof piece === 'string' ? piece : `\${${piece.name ?? piece.written.replace(/[${}()\n"]/g, '')}}`))
    .join('');
}

function isArray(part: WordPart): part is ParameterExpansionPart {
  if (part.type === 'SimpleExpansion') return part.text === '$@' || part.text === '$*';
  if (part.type !== 'ParameterExpansion') return false;
  if (part.prefix !== undefined) return false;
  return part.parameter === '@' || part.parameter === '*' || part.index?.text === '@' || part.index?.text === '*';
}

function arrayItems(part: ParameterExpansionPart | (WordPart & { type: 'SimpleExpansion' }), shell: Shell): readonly Argument[] {
  const name = part.type === 'ParameterExpansion' ? part.parameter : part.text.slice(1);
  if (name === '@' || name === '*') {
    if (!shell.positional) {
      const place = placeIn(shell.source.source, part.pos);
      return [{ text: [{ written: part.text, reason: 'whoever calls it gives it', place, name: '@', given: true }], place, many: true }];
    }
    const offset = part.type === 'ParameterExpansion' && part.operation?.type === 'Slice' ? Number(part.operation.offset.value) : 1;
    return shell.positional.slice(Number.isInteger(offset) && offset > 0 ? offset - 1 : 0);
  }
  const value = shell.variables.get(name);
  if (value) return value.items;
  if (part.type === 'ParameterExpansion' && part.operation?.type === 'Default') return [];
  const place = placeIn(shell.source.source, part.pos);
  return [
    { text: [{ written: part.text, reason: `the variable ${name} is not set in Git`, place, name, given: true }], place, many: true },
  ];
}

/** `$X` and `${X…}`. */
function expandVariable(part: WordPart & { type: 'SimpleExpansion' | 'ParameterExpansion' }, shell: Shell): Text {
  const place = placeIn(shell.source.source, part.pos);
  if (part.type === 'SimpleExpansion') return shell.variable(part.text.slice(1), part.text, place);
  let name = part.parameter;
  if (part.prefix === '#') return [{ written: part.text, reason: 'the shell calculates it', place }];
  if (part.prefix === '!') {
    const target = knownText(shell.variable(name, part.text, place));
    if (target === undefined || !/^\w+$/.test(target)) return [{ written: part.text, reason: 'it is named by another variable', place }];
    name = target;
  }
  const index = part.index === undefined ? undefined : Number(part.index.value);
  const value =
    index === undefined
      ? shell.variable(name, part.text, place)
      : (shell.variables.get(name)?.items[index]?.text ?? shell.variable(`${name}[${part.index!.text}]`, part.text, place));
  const operation = part.operation;
  if (!operation) return value;
  const known = knownText(value);
  const unknown = value.find((p) => typeof p !== 'string') as Unknown | undefined;
  const given = value.length === 1 && unknown?.given === true;
  const spoiled: Text = [
    {
      written: part.text,
      reason: unknown?.reason ?? 'the shell calculates it',
      place,
      ...(unknown?.name ? { name: unknown.name } : {}),
      ...(given ? { given: true as const } : {}),
    },
  ];
  switch (operation.type) {
    case 'Default': {
      const colon = operation.operator.startsWith(':');
      const empty = given || (known === '' && colon);
      if (operation.operator.endsWith('+')) return empty ? [] : wordText(operation.operand, shell);
      if (operation.operator.endsWith('?')) return value;
      if (!empty) return value;
      const otherwise = wordText(operation.operand, shell);
      // Nothing in the place of an argument is no value: a script only asks that way whether it was given one.
      if (given && /^\d+$/.test(name) && knownText(otherwise) === '') return value;
      if (operation.operator.endsWith('=')) shell.set(name, otherwise);
      return otherwise;
    }
    case 'Remove': {
      const pattern = knownText(wordText(operation.operand, shell));
      if (known === undefined || pattern === undefined || known.length > 1024 || pattern.split('*').length > 4) return spoiled;
      return [remove(known, pattern, operation.operator)];
    }
    case 'Replace': {
      const pattern = knownText(wordText(operation.pattern, shell));
      const replacement = knownText(wordText(operation.replacement, shell));
      if (known === undefined || pattern === undefined || replacement === undefined || /[*?[]/.test(pattern)) return spoiled;
      if (operation.operator === '//') return [known.replaceAll(pattern, replacement)];
      if (operation.operator === '/') return [known.replace(pattern, () => replacement)];
      return spoiled;
    }
    case 'CaseModification':
      if (known === undefined || operation.operand) return spoiled;
      if (operation.operator === '^^') return [known.toUpperCase()];
      if (operation.operator === ',,') return [known.toLowerCase()];
      return spoiled;
    default:
      return spoiled;
  }
}

/** `${x#pattern}` and its kin. */
function remove(text: string, pattern: string, operator: '#' | '##' | '%' | '%%'): string {
  const fits = glob(pattern, PATTERN);
  const lengths = Array.from({ length: text.length + 1 }, (_, i) => i);
  if (operator === '##' || operator === '%%') lengths.reverse();
  for (const length of lengths) {
    const part = operator.startsWith('#') ? text.slice(0, length) : text.slice(text.length - length);
    if (fits?.(part)) return operator.startsWith('#') ? text.slice(length) : text.slice(0, text.length - length);
  }
  return text;
}

/** True where a shell pattern fits a whole string. */
export function fitsPattern(text: string, pattern: string): boolean {
  return glob(pattern, PATTERN)?.(text) === true;
}

const PATTERN: GlobOptions = { crosses: true, sets: true };
