/** Go's path.Match as a regular expression: `*` and `?` stay inside a segment, and `**` is no more than `*`. Undefined for a bad pattern. */
export function pathMatch(pattern: string): RegExp | undefined {
  return toRegExp(pattern, '[^/]');
}

/** A pathspec of `git ls-files`: `*`, `?` and classes cross `/`; without any of them it is a file or a directory with everything below. */
export function pathspecMatch(pattern: string): (path: string) => boolean {
  const clean = pattern.replace(/^\.\//, '').replace(/\/+$/, '');
  const below = (path: string) => clean === '' || clean === '.' || path === clean || path.startsWith(`${clean}/`);
  if (!/[*?[\\]/.test(pattern)) return below;
  const expression = toRegExp(pattern.replace(/^\.\//, ''), '[\\s\\S]');
  return (path) => below(path) || expression?.test(path) === true;
}

const LONGEST_PATTERN = 500;

function toRegExp(pattern: string, any: string): RegExp | undefined {
  if (pattern.length > LONGEST_PATTERN) return undefined;
  let expression = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    if (c === '*') {
      // Neighbouring stars match the same as one, and one is cheap.
      while (pattern[i + 1] === '*') i++;
      expression += `${any}*`;
    } else if (c === '?') expression += any;
    else if (c === '[') {
      const end = pattern.indexOf(']', i + 2);
      if (end < 0) return undefined;
      const inner = pattern.slice(i + 1, end).replace(/^[!^]/, '^');
      expression += `[${inner.replace(/[\\[\]&]/g, '\\$&')}]`;
      i = end;
    } else if (c === '\\' && i + 1 < pattern.length) expression += pattern[++i]!.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    else expression += c.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  }
  if (expression.split(`${any}*`).length > 12) return undefined;
  try {
    return new RegExp(`^${expression}$`);
  } catch {
    return undefined;
  }
}
