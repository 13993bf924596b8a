/** Where a run reads its surroundings from and writes to. */
export interface Surroundings {
  stdout(text: string): void;
  stderr(text: string): void;
  env: NodeJS.ProcessEnv;
  /** Standard output is a terminal. */
  isTerminal: boolean;
  /** Standard error is a terminal. */
  isErrorTerminal: boolean;
  columns: number;
}
