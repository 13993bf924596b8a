import type { PatchText } from './patch-text.ts';

/** Machines that get the same patches. */
export interface Machine {
  role: 'controlplane' | 'worker';
  /** For people: `control planes`, a host name. */
  name: string;
  patches: readonly PatchText[];
}

/** What is under the patches. */
export type Base =
  /** A tool generates the whole configuration; `minor`: for that version of Talos 1, `contract`: in the shape of that version, where it is told. */
  | { kind: 'generated'; by: string; minor?: number; contract?: number }
  /** The first patch is the whole configuration. */
  | { kind: 'whole'; minor?: number }
  /** Nobody can tell. */
  | { kind: 'unknown'; minor?: number };

/** The minor version of Talos 1 in `v1.13.7`; undefined where the text is none. */
export function talosMinor(version: string | undefined): number | undefined {
  const match = /^v?1\.(\d{1,3})(?:\.|$)/.exec(version ?? '');
  return match ? Number(match[1]) : undefined;
}
