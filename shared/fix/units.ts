import type { Attempt } from './model.ts';
import { goal } from './side-effects.ts';

/** Settings whose values only make sense together: half of them is another cluster than either side's. */
const UNITS = [
  ['k8sServiceHost', 'k8sServicePort'],
  ['routingMode', 'autoDirectNodeRoutes', 'ipv4NativeRoutingCIDR', 'ipv6NativeRoutingCIDR'],
  ['encryption.enabled', 'encryption.type'],
  ['cgroup.autoMount.enabled', 'cgroup.hostRoot'],
];

/** The settings that a setting is edited with, itself among them. */
export function unitOf(setting: string): readonly string[] {
  return UNITS.find((unit) => unit.includes(setting)) ?? [setting];
}

/** Attempts that are made together or not at all. */
export function unitsIn(attempts: readonly Attempt[]): Attempt[][] {
  const units = new Map<string, Attempt[]>();
  for (const attempt of attempts) {
    const name = goal(attempt.cluster, unitOf(attempt.row.setting)[0]!);
    units.set(name, [...(units.get(name) ?? []), attempt]);
  }
  return [...units.values()];
}
