import type { Declaration, Unused } from '../model.ts';

/**
 * A kustomization or chart that no Application leads to may be Argo CD's all the same, unless a bootstrap of this repository is what builds it:
 * then it has its reader, and is set aside as Argo CD's side.
 */
export function setAsideUnclaimed(
  argocd: { declarations: readonly Declaration[]; unused: readonly Unused[] },
  bootstrap: readonly Declaration[],
): { declarations: Declaration[]; unused: Unused[] } {
  const builders = new Map<string, Declaration>();
  const read = new Set<string>();
  for (const declaration of bootstrap)
    for (const file of declaration.files) {
      read.add(file);
      if (declaration.rank >= 2) builders.set(file, declaration);
    }
  const unused = argocd.unused.filter(({ file, why }) => !(why.startsWith('renders Cilium') && read.has(file)));
  const builderOf = ({ rank, application, place }: Declaration) =>
    rank <= 2 && application === undefined ? builders.get(place.file) : undefined;
  const declarations = argocd.declarations.filter((declaration) => builderOf(declaration) === undefined);
  // Where an Application leads to Cilium, nobody looks for Argo CD's side in what the bootstrap builds.
  if (declarations.some(({ application }) => application !== undefined)) return { declarations, unused };
  for (const declaration of argocd.declarations) {
    const builder = builderOf(declaration);
    if (builder && builder.place.file !== declaration.place.file)
      unused.push({
        file: declaration.place.file,
        why: `renders Cilium for the bootstrap (${builder.place.file}); no Application leads to it`,
      });
  }
  return { declarations, unused };
}
