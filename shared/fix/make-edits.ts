import type { EditableFiles } from './files.ts';
import type { Attempt } from './model.ts';
import type { SideEffect } from './side-effects.ts';
import { editYaml } from './yaml/edit.ts';

/** Texts with edits made. */
export interface MadeEdits {
  /** By the path in the side's repository; files that no edit is in have none. */
  texts: ReadonlyMap<string, string>;
  made: Attempt[];
  failed: SideEffect[];
}

/** The first edit of each attempt, made in their order on the files as they are; and which could not be made. */
export function makeEdits(files: EditableFiles, attempts: readonly Attempt[]): MadeEdits {
  const texts = new Map<string, string>();
  const made: Attempt[] = [];
  const failed: SideEffect[] = [];
  for (const attempt of attempts) {
    const { file, address, keys, edit } = attempt.changes[0]!;
    const path = files.pathOf(file)!;
    const result = editYaml(texts.get(path) ?? files.textOf(file)!, address, keys, edit);
    if ('text' in result) {
      texts.set(path, result.text);
      made.push(attempt);
    } else {
      const { cluster, row } = attempt;
      failed.push({ cluster, setting: row.setting, isGoal: true, isNewDrift: false, why: `the file ${result.why}` });
    }
  }
  return { texts, made, failed };
}
