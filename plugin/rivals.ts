import { type AlignedCluster, alignAssigned } from '../shared/align/align.ts';
import { couldBeError } from '../shared/align/weight.ts';
import type { Declaration, Row } from '../shared/model.ts';
import { plainText } from '../shared/report/escape.ts';
import { placeText, shorten } from '../shared/report/words.ts';
import { type GatedApplication, isOf } from './choose-cluster.ts';
import { refused, type Verdict } from './verdict.ts';

/** A declaration that a commit can put before others, by a better place or by the configuration, counts beside them from this rank on. */
const LIVE = 4;

/**
 * Why a cluster that would pass does not: another bootstrap of it, or another Application of this name, was set aside, and what it says would not have passed in its place.
 * Which of them is live nothing in the repository decides: a commit that breaks one could bring the other. Undefined where all of them agree.
 */
export function rivalVerdict(cluster: AlignedCluster, application: GatedApplication): Verdict | undefined {
  const { bootstrap, argocd } = cluster;
  if (bootstrap === null || argocd === null) return undefined;
  const compared = { bootstrap: bootstrap.declaration, argocd: argocd.declaration };
  for (const { declaration } of cluster.others) {
    if (!isRival(declaration, compared, application)) continue;
    const { side, place } = declaration;
    const rows = rowsWith(cluster, { ...compared, [side]: declaration });
    const wrong = rows.filter(isWrong).map(({ setting }) => setting);
    if (wrong.length === 0) continue;
    const where = `${placeText(compared[side].place)} and ${placeText(place)}`;
    const named = plainText(application.name, 60);
    const isTwice = side === 'argocd' && compared.argocd.application?.place.file === declaration.application?.place.file;
    const pointing = `say which folder counts: the parameter \`${side}\` of the plugin, or CILIUM_ALIGN_${side.toUpperCase()} in the sidecar`;
    return {
      ...refused(
        side === 'bootstrap'
          ? `Two bootstraps may be the live one, ${where}, and only the first agrees with Argo CD.`
          : `${isTwice ? `The Application ${named} deploys Cilium twice` : `Two Applications are named ${named}`}, ${where}, and only the first agrees with the bootstrap.`,
        isTwice ? 'Remove one of the two.' : `Remove the one that nothing uses, or ${pointing}.`,
      ),
      evidence: [`The second differs, or cannot be known, in ${shorten(wrong, 4)}.`],
    };
  }
  return undefined;
}

function isRival(declaration: Declaration, compared: Record<'bootstrap' | 'argocd', Declaration>, application: GatedApplication): boolean {
  if (declaration.network === false) return false;
  if (declaration.side === 'bootstrap') return declaration.rank >= Math.min(LIVE, compared.bootstrap.rank);
  return isOf(declaration, application);
}

/** The table of the cluster as if these two were the ones that are compared. */
function rowsWith({ name, talos }: AlignedCluster, { bootstrap, argocd }: Record<'bootstrap' | 'argocd', Declaration>): Row[] {
  return alignAssigned({
    name: name ?? application(argocd),
    declarations: [bootstrap, argocd],
    talos: talos === null ? [] : [talos],
    others: [],
  }).rows;
}

/** A name that both sides can be given where nothing names the cluster. */
function application({ application: found }: Declaration): string {
  return found?.name ?? 'cilium';
}

function isWrong(row: Row): boolean {
  return (row.status === 'drifted' && row.level === 'error') || couldBeError(row);
}
