/** What a person asked for that cannot be done; `message` says what was expected, what was found and what to do. Exit code 2. */
export class UsageError extends Error {}
