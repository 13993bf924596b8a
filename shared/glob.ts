/** What a kind of glob knows besides letters, `*` and `?`. */
export interface GlobOptions {
  /** `*`, `?` cross `/`. */
  crosses?: boolean;
  /** `**` between slashes is any number of directories, none included. */
  globstar?: boolean;
  /** `{a,b}` is either. */
  braces?: boolean;
  /** `[a-z]`, `[!a]` and `[^a]` are sets; otherwise brackets are letters. */
  sets?: boolean;
  /** A backslash takes away what the next letter means. */
  escapes?: boolean;
}

/** A step of the automaton: a letter, or where to go on without one. */
type Step = { takes: (letter: string) => boolean } | { goto: number[] };

const LONGEST_PATTERN = 2000;
/** Steps that braces within braces may come to. */
const MOST_STEPS = 20_000;

/**
 * Whether a whole text fits a glob; undefined for a pattern that is none, or is too long. However pattern and text are chosen, it takes no longer than the one times
 * the other, as Go's matchers do: what a regular expression makes of a few stars takes for ever on the right text.
 */
export function glob(pattern: string, options: GlobOptions): ((text: string) => boolean) | undefined {
  if (pattern.length > LONGEST_PATTERN) return undefined;
  const steps = new GlobReader([...pattern], options).read();
  if (steps === undefined) return undefined;
  const known = /^[^*?[{\\]*/.exec(pattern)![0];
  return (text) => text.startsWith(known) && fits(steps, text);
}

class GlobReader {
  readonly #pattern: readonly string[];
  readonly #options: GlobOptions;
  readonly #steps: Step[] = [];
  #at = 0;

  constructor(pattern: readonly string[], options: GlobOptions) {
    this.#pattern = pattern;
    this.#options = options;
  }

  read(): Step[] | undefined {
    return this.#alternatives(0) && this.#at === this.#pattern.length && this.#steps.length <= MOST_STEPS ? this.#steps : undefined;
  }

  /** Up to the end, or within braces up to the comma or brace that ends one of them. */
  #alternatives(depth: number): boolean {
    const any = (letter: string) => this.#options.crosses === true || letter !== '/';
    const pattern = this.#pattern;
    const { escapes, sets, braces, globstar } = this.#options;
    for (; this.#at < pattern.length; this.#at++) {
      const letter = pattern[this.#at]!;
      if (depth > 0 && (letter === ',' || letter === '}')) return true;
      if (letter === '*') {
        const start = this.#at;
        while (pattern[this.#at + 1] === '*') this.#at++;
        const isAlone = (start === 0 || /[/{,]/.test(pattern[start - 1]!)) && /[/},]/.test(pattern[this.#at + 1] ?? '/');
        if (!globstar || this.#at === start || !isAlone) this.#many(any);
        else if (pattern[this.#at + 1] !== '/') this.#many(() => true);
        else {
          this.#at++;
          this.#directories();
        }
      } else if (letter === '?') this.#steps.push({ takes: any });
      else if (letter === '[' && sets) {
        if (!this.#set()) return false;
      } else if (letter === '{' && braces && pattern.includes('}', this.#at)) {
        if (depth > 20 || !this.#braces(depth)) return false;
      } else {
        const literal = letter === '\\' && escapes && this.#at + 1 < pattern.length ? pattern[++this.#at]! : letter;
        this.#steps.push({ takes: (other) => other === literal });
      }
    }
    return depth === 0;
  }

  #many(takes: (letter: string) => boolean): void {
    const here = this.#steps.length;
    this.#steps.push({ goto: [here + 1, here + 3] }, { takes }, { goto: [here] });
  }

  /** Whole directories, each with the slash behind it. */
  #directories(): void {
    const here = this.#steps.length;
    this.#steps.push({ goto: [here + 1, here + 5] });
    this.#many(() => true);
    this.#steps.push({ takes: (letter) => letter === '/' });
  }

  #set(): boolean {
    const end = this.#pattern.indexOf(']', this.#at + 2);
    if (end < 0) return false;
    const inner = this.#pattern.slice(this.#at + 1, end);
    this.#at = end;
    const not = inner[0] === '!' || inner[0] === '^';
    if (not) inner.shift();
    const ranges: [string, string][] = [];
    for (let i = 0; i < inner.length; i++) {
      if (inner[i + 1] === '-' && inner[i + 2] !== undefined) {
        if (inner[i]! > inner[i + 2]!) return false;
        ranges.push([inner[i]!, inner[i + 2]!]);
        i += 2;
      } else ranges.push([inner[i]!, inner[i]!]);
    }
    this.#steps.push({ takes: (letter) => ranges.some(([low, high]) => letter >= low && letter <= high) !== not });
    return true;
  }

  #braces(depth: number): boolean {
    const fork: number[] = [];
    const ends: { goto: number[] }[] = [];
    this.#steps.push({ goto: fork });
    do {
      this.#at++;
      fork.push(this.#steps.length);
      if (!this.#alternatives(depth + 1)) return false;
      const end = { goto: [] };
      ends.push(end);
      this.#steps.push(end);
    } while (this.#pattern[this.#at] === ',');
    for (const end of ends) end.goto.push(this.#steps.length);
    return true;
  }
}

/** All ways through the automaton at once, letter by letter. */
function fits(steps: readonly Step[], text: string): boolean {
  /** At which letter a step was entered last. */
  const entered = new Int32Array(steps.length + 1).fill(-1);
  let letters = 0;
  const enter = (into: number[], at: number) => {
    const pending = [at];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (entered[next] === letters) continue;
      entered[next] = letters;
      const step = steps[next];
      if (step && 'goto' in step) pending.push(...step.goto);
      else into.push(next);
    }
  };
  let here: number[] = [];
  enter(here, 0);
  for (const letter of text) {
    letters++;
    const there: number[] = [];
    for (const at of here) {
      const step = steps[at];
      if (step && 'takes' in step && step.takes(letter)) enter(there, at + 1);
    }
    if (there.length === 0) return false;
    here = there;
  }
  return entered[steps.length] === letters;
}
