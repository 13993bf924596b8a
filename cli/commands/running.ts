import type { Surroundings } from '../surroundings.ts';

/** What a command may use, and where it leaves its exit code; 0 where it leaves none. */
export interface Running {
  surroundings: Surroundings;
  exitCode: number;
}
