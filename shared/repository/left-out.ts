import ignore, { type Ignore } from 'ignore';

/** Directories that are never configuration, and sometimes huge, whether or not Git ignores them. */
export const NEVER: ReadonlySet<string> = new Set(['.git', 'node_modules', '.terraform', '.venv', '__pycache__']);

/** The patterns of one `.gitignore`, for what lies below its directory. */
export interface IgnoreRules {
  base: string;
  rules: Ignore;
}

/** The outer rules with those of a directory's own `.gitignore`, which go before them; '' for none. */
export function withRules(outer: readonly IgnoreRules[], base: string, text: string): readonly IgnoreRules[] {
  return text === '' ? outer : [...outer, { base, rules: ignore().add(text) }];
}

/** True where the rules keep a path out of Git; a directory's ends with a slash. Deeper files override outer ones, as gitignore(5) has it. */
export function isIgnored(rules: readonly IgnoreRules[], path: string): boolean {
  for (let i = rules.length - 1; i >= 0; i--) {
    const { base, rules: matcher } = rules[i]!;
    const { ignored, unignored } = matcher.test(base === '' ? path : path.slice(base.length + 1));
    if (ignored) return true;
    if (unignored) return false;
  }
  return false;
}
