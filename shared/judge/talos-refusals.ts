import type { Finding, TalosCluster } from '../model.ts';
import { talosFact } from './read-setting.ts';

const RULE = 'talos-refuses';
/** Words of Talos for a field of `cluster` beside the document that has taken its place. */
const SHAPE = /already set in the v1alpha1 config|can't be used with|conflict/;

/** True where Talos refuses the configuration because a patch is in the shape of another version: what would come of it is said there. */
export function refusesShape(talos: TalosCluster): boolean {
  return talos.findings.some(({ rule, message }) => rule === RULE && SHAPE.test(message));
}

/** The findings of a machine configuration; refusals that one edit mends are one, and say what comes of the configuration where it is forced. */
export function talosFindings(talos: TalosCluster): Finding[] {
  const kept: Finding[] = [];
  for (const finding of talos.findings) {
    const same =
      finding.rule === RULE && finding.fix !== undefined ? kept.findIndex((other) => other.rule === RULE && other.fix === finding.fix) : -1;
    if (same < 0) kept.push(finding);
    else kept[same] = { ...kept[same]!, places: [...kept[same]!.places, ...finding.places] };
  }
  return kept.map((finding) =>
    finding.rule === RULE && SHAPE.test(finding.message) ? { ...finding, message: `${finding.message}${consequence(talos)}` } : finding,
  );
}

function consequence(talos: TalosCluster): string {
  const stays = [
    ...(talosFact(talos, 'cni')?.value === 'flannel' ? ['Flannel'] : []),
    ...(talosFact(talos, 'kubeProxy')?.value === 'enabled' ? ['kube-proxy'] : []),
  ];
  return stays.length === 0 ? '' : `. The patch does nothing: Talos goes on installing ${stays.join(' and ')} beside Cilium`;
}
