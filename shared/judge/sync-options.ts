import type { ApplicationPolicy, Tree } from '../model.ts';
import { at, isScalar, itemsAt, textAt } from '../tree.ts';

/** The options of an Application's `syncPolicy.syncOptions` that can be read. */
export function syncOptions(policy: ApplicationPolicy): { text: string; node: Tree }[] {
  return itemsAt(policy.syncPolicy, 'syncOptions').flatMap((node) =>
    isScalar(node) && typeof node.value === 'string' ? [{ text: node.value, node }] : [],
  );
}

/** Whether an option is set, on the Application or for the resources it makes; undefined where that cannot be known. */
export function hasSyncOption(policy: ApplicationPolicy, option: string): boolean | undefined {
  if (syncOptions(policy).some(({ text }) => text === option)) return true;
  const annotated = textAt(policy.annotations, 'argocd\\.argoproj\\.io/sync-options') ?? '';
  if (annotated.split(',').some((text) => text.trim() === option)) return true;
  const list = at(policy.syncPolicy, 'syncOptions');
  const unseen = list?.kind === 'opaque' || itemsAt(policy.syncPolicy, 'syncOptions').some((item) => item.kind === 'opaque');
  return unseen ? undefined : false;
}

/** Whether a switch of `syncPolicy.automated` is on; undefined where that cannot be known. */
export function isAutomated(policy: ApplicationPolicy, key: 'prune' | 'selfHeal' | 'allowEmpty'): boolean | undefined {
  const automated = at(policy.syncPolicy, 'automated');
  if (automated === undefined) return false;
  if (automated.kind === 'opaque') return undefined;
  const enabled = at(automated, 'enabled');
  if (isScalar(enabled) && enabled.value === false) return false;
  const node = at(automated, key);
  if (node?.kind === 'opaque' || enabled?.kind === 'opaque') return undefined;
  return isScalar(node) && node.value === true;
}
