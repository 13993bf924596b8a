/** What an exit code may depend on. */
export const FAIL_ON = ['error', 'warning', 'note', 'never'] as const;

/** What may become of an undecided outcome. */
export const UNDECIDED = ['fail', 'warn'] as const;

/** Throws a TypeError where an option is none of its choices: no compiler has looked at a call from JavaScript, and a level that does not exist would fail nothing. */
export function requireChoice(name: string, value: unknown, choices: readonly string[]): void {
  if (value !== undefined && !choices.includes(value as string)) throw new TypeError(`${name} must be one of ${choices.join(', ')}`);
}
