import type { ClusterEvidence } from '../model.ts';

const NAME = /^[A-Za-z0-9][\w.-]*$/;

/** Takes note of what names a cluster, each name once with the best that speaks for it; what cannot be a cluster's name is left out. */
export function addEvidence(found: ClusterEvidence[], name: string | undefined, evidence: Omit<ClusterEvidence, 'name'>): void {
  if (!name || !NAME.test(name)) return;
  const known = found.find((one) => one.name === name);
  if (!known) {
    found.push({ name, ...evidence });
    return;
  }
  if (evidence.strength > known.strength) Object.assign(known, { why: evidence.why, strength: evidence.strength });
  if (!evidence.copied) delete known.copied;
}
