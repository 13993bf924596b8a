const LONGEST_PATTERN = 200;
/** As many ways through a text are tried in a second or so. */
const MOST_WAYS = 1e9;

/**
 * True where an expression that a repository gives could take for ever on a text here and not in the program that it is written for, whose RE2 never does:
 * what is repeated within a repetition, or often beside others.
 */
export function mayTakeForEver(pattern: string, text: string): boolean {
  const repetitions = pattern.match(/[*+{]/g)?.length ?? 0;
  return pattern.length > LONGEST_PATTERN || /\)[+*{]/.test(pattern) || text.length ** (repetitions + 1) > MOST_WAYS;
}
