import type { Cell, Tree } from '../../model.ts';
import { isOpaque, isScalar } from '../../tree.ts';

/** What a tool that owns machine configurations is told of its cluster. */
export interface Statements {
  talosVersion?: Tree | undefined;
  kubernetesVersion?: Tree | undefined;
  clusterName?: Tree | undefined;
}

/** The facts that the owning tool states itself; versions without a leading v. */
export function statedFacts({ talosVersion, kubernetesVersion, clusterName }: Statements): Record<string, Cell> {
  const facts: Record<string, Cell> = {};
  for (const [name, node] of Object.entries({ talosVersion, kubernetesVersion })) {
    const cell = cellOf(node);
    if (cell) facts[name] = typeof cell.value === 'string' ? { ...cell, value: cell.value.replace(/^v/, '') } : cell;
  }
  const name = cellOf(clusterName);
  return { ...facts, ...(name && { clusterName: name }) };
}

/** A value as a fact; undefined where nothing is written. */
export function cellOf(node: Tree | undefined): Cell | undefined {
  if (isOpaque(node)) return { value: null, origin: 'opaque', place: node.place, why: node.reason };
  return isScalar(node) && node.value !== null ? { value: node.value, origin: 'set', place: node.place } : undefined;
}
