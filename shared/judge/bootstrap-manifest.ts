import type { AlignedCluster } from '../align/align.ts';
import type { TalosManifest } from '../model.ts';

/** The manifest of the machine configuration (or of Omni) that the bootstrap's release stands in, or that a tool fills with it; undefined where it stands elsewhere or cannot be told. */
export function manifestOfBootstrap({ bootstrap, talos }: Pick<AlignedCluster, 'bootstrap' | 'talos'>): TalosManifest | undefined {
  if (!bootstrap || !talos) return undefined;
  const { place, inMachineConfiguration } = bootstrap.declaration;
  const holds = ({ text, place: own }: TalosManifest) => {
    if (text === undefined) return own.file === place.file && own.line === place.line;
    if (text.file !== place.file) return false;
    if (!text.exact) return text.line === place.line;
    const last = text.line + text.text.split('\n').length;
    return place.line >= text.line && place.line <= last;
  };
  // A release that stands in no manifest and is in the machine configuration all the same: its script renders what is only named here.
  const isFilled = ({ name, opaque }: TalosManifest) => opaque !== undefined && /cilium/i.test(name ?? '');
  return talos.manifests.find(holds) ?? (inMachineConfiguration ? talos.manifests.find(isFilled) : undefined);
}
