import type { Mend } from '../align/mend.ts';
import type { CheckOptions } from '../check.ts';
import type { Level, Place, Report, Row, Side } from '../model.ts';
import type { Change } from './plan.ts';

/** What a caller may decide beside what the check takes. */
export interface FixOptions extends CheckOptions {
  /** The side that follows the other one. */
  side: Side;
  /** Only these settings, also those that are only noted; without them every difference that is an error or a warning. */
  settings?: readonly string[];
  /** Why a file of the side's repository, by its path there, must not be written; undefined for one that may. */
  locked?(path: string): string | undefined;
}

/** One difference, and what becomes of it. */
export interface FixedRow {
  cluster: string | null;
  setting: string;
  level: Level | null;
  /** `edited`: both sides agree once the files are written. `by hand`: a person makes the edit. `refused`: this side is not to be edited so. `unknown`: one side cannot be known from Git. */
  result: 'edited' | 'by hand' | 'refused' | 'unknown';
  /** The order for a person; none where there is no edit. */
  edit?: string;
  place?: Place;
  /** Of one that is not edited: why, a sentence without its full stop. */
  why?: string;
  /** Of one that is edited: the file. */
  file?: string;
}

/** One file that is to be written. */
export interface EditedFile {
  /** As the report calls it. */
  file: string;
  /** Its path in the repository of the side. */
  path: string;
  before: string;
  after: string;
  /** Other clusters whose values change with it, and agree or differ as they did. */
  alsoReadBy: string[];
}

/** What follows from a report for one side: nothing is written yet. */
export interface Fix {
  side: Side;
  files: EditedFile[];
  rows: FixedRow[];
  /** Differences that are left alone: only noted (or not named, where settings are), or allowed by the configuration. */
  noted: number;
  allowed: number;
  /** Only what `--setting` names was meant: what is left alone may be grave. */
  named: boolean;
  before: Report;
  /** The report as it would be with the files written. */
  after: Report;
}

/** A row with the edits that might do. */
export interface Attempt {
  /** Position of its cluster. */
  cluster: number;
  row: Row;
  mend: Mend;
  /** The best first; one is enough. */
  changes: Change[];
}
