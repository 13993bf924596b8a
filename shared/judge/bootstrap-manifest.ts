import type { AlignedCluster } from '../align/align.ts';
import type { TalosManifest } from '../model.ts';

/** The manifest of the machine configuration (or of Omni) that the bootstrap's release stands in; undefined where it stands elsewhere or cannot be told. */
export function manifestOfBootstrap({ bootstrap, talos }: Pick<AlignedCluster, 'bootstrap' | 'talos'>): TalosManifest | undefined {
  const place = bootstrap?.declaration.place;
  if (!place || !talos) return undefined;
  const holds = ({ text, place: own }: TalosManifest) => {
    if (text === undefined) return own.file === place.file && own.line === place.line;
    if (text.file !== place.file) return false;
    if (!text.exact) return text.line === place.line;
    const last = text.line + text.text.split('\n').length;
    return place.line >= text.line && place.line <= last;
  };
  return talos.manifests.find(holds);
}
