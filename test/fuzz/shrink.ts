import { type Case, sizeOf } from './case.ts';

/** A smaller case that still fails: without files, without lines, without pieces of lines, in so many attempts at most. */
export async function shrink(from: Case, fails: (files: Case) => Promise<boolean>, attempts = 400): Promise<Case> {
  let smallest = from;
  let left = attempts;
  const tries = async (files: Case): Promise<boolean> => {
    if (left-- <= 0 || sizeOf(files) > sizeOf(smallest) || !(await fails(files))) return false;
    smallest = files;
    return true;
  };
  for (const path of Object.keys(smallest)) {
    const { [path]: _, ...rest } = smallest;
    await tries(rest);
  }
  for (const separator of ['\n', '']) {
    for (const path of Object.keys(smallest)) {
      const text = smallest[path];
      if (typeof text !== 'string') continue;
      let pieces = text.split(separator);
      for (let size = Math.ceil(pieces.length / 2); size >= 1 && left > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
        for (let at = 0; at < pieces.length && left > 0; ) {
          const fewer = pieces.toSpliced(at, size);
          if (await tries({ ...smallest, [path]: fewer.join(separator) })) pieces = fewer;
          else at += size;
        }
      }
    }
  }
  return smallest;
}
