import { createHash } from 'node:crypto';
import type { Inputs } from './inputs.ts';
import type { Runner } from './surroundings.ts';

/** Which comment is this step's: the same from run to run, another for each workflow, job and thing that is compared. A person's key goes before it. */
export function commentKey({ commentKey, path, config, cluster, bootstrap, argocd, others }: Inputs, { workflow, job }: Runner): string {
  if (commentKey !== undefined) return commentKey;
  const named = (['bootstrap', 'argocd'] as const).map((side) => [others[side]?.repository, others[side]?.path]);
  const what = JSON.stringify([workflow, job, path, config, cluster, bootstrap, argocd, named]);
  return createHash('sha256').update(what).digest('hex').slice(0, 16);
}
