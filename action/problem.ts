/** What keeps the Action from running, and is the user's to mend: what was expected, what was found, what to do. Plain text of one or more lines, shown as it is; the step fails. */
export class ActionProblem extends Error {
  /** Where in the repository the fault stands. */
  readonly place: { file: string; line: number; column: number } | undefined;

  constructor(message: string, place?: { file: string; line: number; column: number }) {
    super(message);
    this.name = 'ActionProblem';
    this.place = place;
  }
}

/** Nothing is to be judged, which is no fault: the pull request is gone or has moved on. `message` says so. */
export class NothingToDo extends Error {}
