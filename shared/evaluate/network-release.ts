import type { Layer } from '../model.ts';
import { at } from '../tree.ts';
import { mergeLayers } from './helm/merge.ts';

/** False where values switch both agent and operator off: such a release of the chart (Hubble only, say) is not the network. */
export function installsNetwork(layers: readonly Layer[], helm?: 3 | 4): boolean {
  if (!layers.some((layer) => layer.kind === 'set' || (layer.tree.kind === 'map' && layer.tree.entries.has('agent')))) return true;
  const { tree } = mergeLayers(layers, helm);
  const off = (path: string) => {
    const node = at(tree, path);
    return node?.kind === 'scalar' && node.value === false;
  };
  return !(off('agent') && off('operator.enabled'));
}
