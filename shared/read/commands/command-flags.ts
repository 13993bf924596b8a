import { type Argument, joinText, knownText, type Text } from '../../language/shell/text.ts';

/** A flag of a command line with its value, where it takes one. */
export interface Flag {
  name: string;
  value: Text;
  argument: Argument;
}

/** A command line taken apart as pflag does it: https://pkg.go.dev/github.com/spf13/pflag#hdr-Command_line_flag_syntax */
export interface CommandLine {
  flags: Flag[];
  positional: Argument[];
  /** Words that may stand for any flags. */
  unknown: Argument[];
}

/** Takes a command line apart; `valued` are the flags that take a value of their own word, short ones by their letter. */
export function readFlags(words: readonly Argument[], valued: ReadonlySet<string>): CommandLine {
  const found: CommandLine = { flags: [], positional: [], unknown: [] };
  let literal = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const first = word.text[0];
    if (word.many && knownText(word.text) === undefined) {
      found.unknown.push(word);
      continue;
    }
    if (literal || typeof first !== 'string' || !first.startsWith('-') || first === '-') {
      if (first === undefined && word.text.length === 0) continue;
      found.positional.push(word);
      continue;
    }
    if (first === '--' && word.text.length === 1) {
      literal = true;
      continue;
    }
    const equals = first.indexOf('=');
    if (equals > 0) {
      found.flags.push({ name: first.slice(0, equals), value: joinText([first.slice(equals + 1)], word.text.slice(1)), argument: word });
      continue;
    }
    if (!first.startsWith('--') && first.length > 2 && valued.has(first.slice(0, 2))) {
      found.flags.push({ name: first.slice(0, 2), value: joinText([first.slice(2)], word.text.slice(1)), argument: word });
      continue;
    }
    if (first.length === 2 && word.text.length > 1 && valued.has(first)) {
      found.flags.push({ name: first, value: word.text.slice(1), argument: word });
      continue;
    }
    if (valued.has(first) && word.text.length === 1) {
      const value = words[i + 1];
      if (value) i++;
      found.flags.push({ name: first, value: value?.text ?? [], argument: conditionalOf(word, value) });
      continue;
    }
    // `-in` is `-i -n`: the last letter may take the next word.
    const lastShort = !first.startsWith('--') && first.length > 2 ? `-${first.at(-1)}` : undefined;
    if (lastShort && valued.has(lastShort) && word.text.length === 1) {
      for (const letter of first.slice(1, -1)) found.flags.push({ name: `-${letter}`, value: ['true'], argument: word });
      const value = words[++i];
      found.flags.push({ name: lastShort, value: value?.text ?? [], argument: conditionalOf(word, value) });
      continue;
    }
    found.flags.push({ name: first, value: ['true'], argument: word });
  }
  return found;
}

function conditionalOf(word: Argument, value: Argument | undefined): Argument {
  const conditional = word.conditional ?? value?.conditional;
  return conditional ? { ...word, conditional } : word;
}

/** The last value of a flag under any of its names, as the program takes it. */
export function lastFlag(line: CommandLine, ...names: string[]): Flag | undefined {
  return line.flags.findLast((flag) => names.includes(flag.name));
}

/** True where a switch is on: `--install`, `--install=true`. */
export function isOn(line: CommandLine, ...names: string[]): boolean {
  const flag = lastFlag(line, ...names);
  return flag !== undefined && knownText(flag.value) !== 'false';
}
