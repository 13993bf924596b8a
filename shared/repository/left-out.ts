import ignore, { type Ignore, type TestResult } from 'ignore';

/** Directories that are never configuration, and sometimes huge, whether or not Git ignores them. */
export const NEVER: ReadonlySet<string> = new Set(['.git', 'node_modules', '.terraform', '.venv', '__pycache__']);

/** Patterns of one `.gitignore`, for what lies below its directory. */
export interface IgnoreRules {
  base: string;
  rules: Ignore;
  /** What was said of a name, where the patterns look at nothing else of a path: most files of a repository are called like others. */
  names?: Map<string, TestResult>;
}

/** The patterns of a `.gitignore`. Without those of so many stars that a path could be held against them for ever, which nobody writes: what they name is read. */
export function patternsOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#') && !isCostly(line));
}

function isCostly(pattern: string): boolean {
  const stars = (part: string) => part.split(/\*+/).length - 1;
  return pattern.split('**').length > 3 || pattern.split('/').some((segment) => stars(segment) > 3);
}

/** The outer rules with those of a directory's own `.gitignore`, which go before them; '' for none. */
export function withRules(outer: readonly IgnoreRules[], base: string, text: string): readonly IgnoreRules[] {
  const patterns = patternsOf(text);
  if (patterns.length === 0) return outer;
  const ofPaths = patterns.filter((pattern) => /\/./.test(pattern.trimEnd()));
  if (ofPaths.length === 0) return [...outer, { base, rules: ignore().add(patterns), names: new Map() }];
  // Where one takes back what another says, their order counts.
  if (patterns.some((pattern) => pattern.startsWith('!'))) return [...outer, { base, rules: ignore().add(patterns) }];
  const ofNames = patterns.filter((pattern) => !/\/./.test(pattern.trimEnd()));
  return [...outer, { base, rules: ignore().add(ofPaths) }, { base, rules: ignore().add(ofNames), names: new Map() }];
}

/**
 * True where the rules keep a path out of Git, whose directories they do not keep out; a directory's ends with a slash.
 * Deeper files override outer ones, as gitignore(5) has it.
 */
export function isIgnored(rules: readonly IgnoreRules[], path: string): boolean {
  for (let i = rules.length - 1; i >= 0; i--) {
    const { ignored, unignored } = verdict(rules[i]!, path);
    if (ignored) return true;
    if (unignored) return false;
  }
  return false;
}

function verdict({ base, rules, names }: IgnoreRules, path: string): TestResult {
  if (!names) return rules.test(base === '' ? path : path.slice(base.length + 1));
  const name = path.slice(path.lastIndexOf('/', path.length - 2) + 1);
  let known = names.get(name);
  if (!known) {
    known = rules.test(name);
    names.set(name, known);
  }
  return known;
}
