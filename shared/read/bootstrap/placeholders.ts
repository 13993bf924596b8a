import type { Declaration, Unused } from '../../model.ts';

/**
 * Inline manifests that a tool fills in before Talos sees them. Where something else in Git renders Cilium, that is what fills them, and it belongs to their cluster;
 * where nothing does they stay, one for each cluster, as something that is there and cannot be known.
 */
export function settlePlaceholders(
  placeholders: readonly Declaration[],
  declarations: readonly Declaration[],
): { declarations: Declaration[]; unused: Unused[] } {
  const settled = [...declarations];
  const unused: Unused[] = [];
  const kept: Declaration[] = [];
  for (const placeholder of placeholders) {
    const names = placeholder.clusters.map((c) => c.name);
    const fills = (d: Declaration) =>
      d.rank >= 3 && d.form !== 'values-file' && (d.clusters.length === 0 || d.clusters.some((c) => names.includes(c.name)));
    const missing = / is not in the repository$/.test(placeholder.opaque?.reason ?? '')
      ? placeholder.opaque!.reason.replace(/ is not in the repository$/, '').replace(/^(?:\.{0,2}\/)+/, '')
      : undefined;
    const rendered = missing === undefined ? -1 : settled.findIndex((d) => fills(d) && d.rankWhy.endsWith(missing));
    const filling = rendered >= 0 ? rendered : settled.findIndex(fills);
    if (filling >= 0) {
      const { place, clusters } = settled[filling]!;
      unused.push({
        file: placeholder.place.file,
        why: `the inline manifest of Cilium ${placeholder.opaque?.reason ?? 'is filled in'}; ${place.file} is taken for what fills it`,
      });
      settled[filling] = {
        ...settled[filling]!,
        inMachineConfiguration: true,
        ...(clusters.length === 0
          ? { clusters: placeholder.clusters.map((c) => ({ ...c, why: `${c.why}, whose inline manifest it fills`, strength: 2 as const })) }
          : {}),
      };
      continue;
    }
    const same = kept.findIndex((other) => other.clusters.some((c) => names.includes(c.name)));
    if (same < 0) kept.push(placeholder);
    else kept[same] = { ...kept[same]!, files: [...new Set([...kept[same]!.files, ...placeholder.files])] };
  }
  return { declarations: [...kept, ...settled], unused };
}
