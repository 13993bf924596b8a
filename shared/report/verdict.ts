import { unknownSide } from '../align/unknown-row.ts';
import { couldBeError } from '../align/weight.ts';
import type { Cluster, Report, Row } from '../model.ts';
import { plainText } from './escape.ts';

/** The whole report as it stands, in one sentence; a base does not matter. Never "aligned" while a row differs. */
export function verdictOf(report: Report): string {
  const leftOut = report.unused.filter((one) => one.leftOut).length;
  const sentence = verdictOfClusters(report);
  return leftOut === 0
    ? sentence
    : `Undecided as a whole, as more than one run reads is here and ${count(leftOut, 'file')} did not count. ${sentence}`;
}

function verdictOfClusters(report: Report): string {
  const { clusters } = report;
  if (clusters.length === 0) return 'Nothing to compare: no Cilium was found on either side.';
  if (clusters.length === 1) return clusterVerdict(report, clusters[0]!);
  const parts = TALLY.flatMap(([words, is]) => {
    const n = clusters.filter(is).length;
    return n === 0 ? [] : [`${n} ${words}`];
  });
  return `${clusters.length} clusters: ${parts.join(', ')}.`;
}

/** What several clusters are counted by. */
const TALLY: readonly (readonly [words: string, is: (cluster: Cluster) => boolean])[] = [
  ['drifted', ({ outcome }) => outcome === 'drifted'],
  ['undecided', ({ outcome }) => outcome === 'undecided'],
  ['without a disruptive difference', ({ outcome }) => outcome === 'aligned'],
  ['with one side only', ({ outcome, bootstrap, argocd }) => outcome === 'nothing' && (bootstrap ?? argocd) !== null],
  ['with neither side', ({ outcome, bootstrap, argocd }) => outcome === 'nothing' && bootstrap === null && argocd === null],
];

/** One cluster in one sentence, with its name where it has one. */
export function clusterVerdict(report: Report, cluster: Cluster): string {
  const sentence = sentenceOf(report, cluster);
  return cluster.name === null ? sentence : `${plainText(cluster.name, 80)}: ${sentence}`;
}

function sentenceOf(report: Report, cluster: Cluster): string {
  const stands = ({ change }: Pick<Row, 'change'>) => change !== 'resolved';
  const drifting = cluster.rows.filter((r) => r.status === 'drifted' && stands(r));
  const findings = report.findings.filter((f) => f.cluster === cluster.name && stands(f));
  const errors = drifting.filter((r) => r.level === 'error' && !r.suppressed).length;
  const broken = findings.filter((f) => f.level === 'error' && !f.suppressed).length;
  const allowed = [...drifting, ...findings].filter((x) => x.level === 'error' && x.suppressed).length;
  const besides = allowed > 0 ? `; ${count(allowed, 'error')} allowed by the configuration` : '';
  switch (cluster.outcome) {
    case 'nothing': {
      const missing = cluster.bootstrap
        ? 'no Argo CD side was found'
        : cluster.argocd
          ? 'no bootstrap side was found'
          : 'neither side was found';
      const gone = cluster.gone ? ' any more' : '';
      return `Nothing to compare${gone}: ${missing}${broken > 0 ? `; ${count(broken, 'error')} on the side that is here` : ''}${besides}.`;
    }
    case 'drifted': {
      const unknown = unknownOf(cluster);
      if (errors + broken === 0)
        return `No error that counts: ${allowed > 0 ? `${count(allowed, 'error')} allowed` : 'what would be one is lowered'} by the configuration${unknown === undefined ? '' : `, but ${unknown} cannot be known from Git`}${drifting.length > 0 ? `; ${differ(drifting.length)}` : ''}.`;
      if (errors === 0)
        return `${unknown === undefined ? 'No disruptive difference, but ' : ''}${count(broken, 'error')}${unknown === undefined ? '' : `, and ${unknown} cannot be known from Git`}${drifting.length > 0 ? `; ${differ(drifting.length)}` : ''}${besides}.`;
      return `${count(errors, 'disruptive difference')} between the bootstrap and Argo CD${broken > 0 ? `, and ${count(broken, 'error')} besides` : ''}${besides}.`;
    }
    case 'undecided':
      return `Undecided: ${unknownOf(cluster) ?? 'a chart version'} cannot be known from Git${drifting.length > 0 ? `; ${differ(drifting.length)}` : ''}.`;
    default:
      if (drifting.length > 0)
        return `No disruptive difference, ${differ(drifting.length)}${errors + broken > 0 ? `, ${count(errors + broken, 'error')} by the configuration` : ''}.`;
      return cluster.rows.some((r) => r.status === 'opaque' && stands(r))
        ? 'Aligned, as far as it can be known from Git: both sides mean the same Cilium.'
        : 'Aligned: both sides mean the same Cilium.';
  }
}

/** What stands in the way of a decision, in a few words; undefined where nothing does. */
function unknownOf(cluster: Cluster): string | undefined {
  const all = cluster.rows.filter((r) => couldBeError(r) && r.change !== 'resolved');
  const counting = all.filter((r) => !r.suppressed);
  // An undecided outcome stays one where all of it is allowed.
  const unknown = counting.length === 0 && cluster.outcome === 'undecided' ? all : counting;
  const sides = new Set(unknown.map(unknownSide));
  const of = sides.size === 2 ? '' : sides.has('argocd') ? ' of Argo CD' : ' of the bootstrap';
  if (unknown.length === 0) return undefined;
  if (unknown.length <= 2)
    return `${unknown.map((r) => (r.setting === 'version' ? 'the chart version' : `\`${r.setting}\``)).join(' and ')}${of}`;
  return `${unknown.length} disruptive settings${of}`;
}

/** A number with its noun. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function differ(n: number): string {
  return `${count(n, 'setting')} ${n === 1 ? 'differs' : 'differ'}`;
}
