import { settingAt } from '../cilium/settings/index.ts';

/** A setting that somebody named means the row of this path: by today's name or its former one, or as a map above it. */
export function covers(named: string, path: string): boolean {
  return named === path || path.startsWith(`${named}.`) || settingAt(named)?.formerly === path;
}
