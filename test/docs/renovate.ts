import type { Values } from './plain-data.ts';

/** What a configuration of Renovate can have wrong that is seen without Renovate: expressions that are none, patterns without the groups that it needs. */
export function renovateProblems(value: Values): string[] {
  const problems: string[] = [];
  for (const manager of (value.customManagers ?? []) as { customType?: string; matchStrings?: string[]; [key: string]: unknown }[]) {
    if (manager.customType !== 'regex') problems.push('a custom manager is not of `customType: regex`');
    for (const pattern of manager.matchStrings ?? []) {
      try {
        new RegExp(pattern);
      } catch (error) {
        problems.push(String(error));
      }
      const isGiven = (group: string) => pattern.includes(`(?<${group}>`) || Object.hasOwn(manager, `${group}Template`);
      for (const groups of [['currentValue'], ['datasource'], ['depName', 'packageName']])
        if (!groups.some(isGiven)) problems.push(`nothing gives \`${groups[0]}\``);
    }
  }
  for (const rule of (value.packageRules ?? []) as Values[])
    if (!Object.keys(rule).some((key) => key.startsWith('match'))) problems.push('a package rule matches nothing');
  return problems;
}
