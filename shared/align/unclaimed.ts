import type { Declaration, Unused } from '../model.ts';

/**
 * A kustomization or chart that no Application leads to may be Argo CD's all the same, unless a bootstrap of this repository is what builds it:
 * then it has its reader, and is set aside as Argo CD's side.
 */
export function setAsideUnclaimed(
  argocd: readonly Declaration[],
  bootstrap: readonly Declaration[],
): { declarations: Declaration[]; unused: Unused[] } {
  const builders = new Map<string, Declaration>();
  for (const declaration of bootstrap) if (declaration.rank >= 3) for (const file of declaration.files) builders.set(file, declaration);
  const unused: Unused[] = [];
  const declarations = argocd.filter((declaration) => {
    const builder = declaration.rank <= 2 && declaration.application === undefined ? builders.get(declaration.place.file) : undefined;
    if (builder && builder.place.file !== declaration.place.file)
      unused.push({
        file: declaration.place.file,
        why: `renders Cilium for the bootstrap (${builder.place.file}); no Application leads to it`,
      });
    return builder === undefined;
  });
  return { declarations, unused };
}
