import Table from 'cli-table3';
import pc from 'picocolors';
import stringWidth from 'string-width';
import { mendsOf, show } from '../align/mend.ts';
import type { Cell, Cluster, Finding, Level, Place, Release, Report, Row } from '../model.ts';
import { plainText } from './escape.ts';

/** How wide the terminal is, whether it has colours, and whether rows that agree are listed too. */
export interface TableOptions {
  width: number;
  colour: boolean;
  showAll: boolean;
}

const SIGN: Record<Level, string> = { error: '✗', warning: '!', note: '·' };
const GRAVITY: Record<Level, number> = { error: 0, warning: 1, note: 2 };

/** The report for a person at a terminal: the verdict, what was compared, what differs worst first, what to do, what was left out. */
export function renderTable(report: Report, options: TableOptions): string {
  const c = pc.createColors(options.colour);
  const width = Math.max(60, Math.min(options.width, 160));
  const lines: string[] = [];
  for (const cluster of report.clusters) lines.push(...renderCluster(report, cluster, width, options.showAll, c), '');
  if (report.clusters.length === 0) lines.push(c.bold(verdictOf(report, null)), ...wrap('Looked for Applications, ApplicationSets, kustomizations and charts on one side; for Talos patches, Jobs, helmfiles and install commands on the other.', width, '  '), '');
  const rest = report.findings.filter((f) => !report.clusters.some((x) => x.name === f.cluster));
  lines.push(...rest.flatMap((f) => renderFinding(f, width, c)));
  lines.push(...renderUnused(report, width, options.showAll, c));
  return `${lines.join('\n').replace(/\n{3,}/g, '\n\n').trimEnd()}\n`;
}

type Colours = ReturnType<typeof pc.createColors>;

function renderCluster(report: Report, cluster: Cluster, width: number, showAll: boolean, c: Colours): string[] {
  const findings = report.findings.filter((f) => f.cluster === cluster.name).sort((a, b) => GRAVITY[a.level] - GRAVITY[b.level]);
  const verdict = verdictOf(report, cluster);
  const mark = { drifted: c.red('✗'), undecided: c.yellow('?'), aligned: c.green('✓'), nothing: c.yellow('–') }[cluster.outcome];
  const lines = wrap(verdict, width - 2, '').map((line, i) => (i === 0 ? `${mark} ${c.bold(line)}` : `  ${c.bold(line)}`));
  lines.push('', ...sideLines('bootstrap', cluster.bootstrap, width, c), ...sideLines('Argo CD', cluster.argocd, width, c), ...talosLine(cluster, width, c));
  for (const { release, why } of cluster.others) lines.push(...wrap(`set aside: ${release.form} at ${place(release.place)} (${plainText(why)})`, width - 2, '  ').map((l) => c.dim(`  ${l}`)));
  const drifting = cluster.rows.filter((r) => r.status === 'drifted').sort(byGravity);
  const unknown = cluster.rows.filter((r) => r.status === 'opaque');
  if (drifting.length > 0) lines.push('', ...grid(drifting, cluster, width, c));
  if (unknown.length > 0) lines.push('', c.yellow(`? ${unknown.length} that cannot be known here:`), ...unknown.flatMap((r) => wrap(`${r.setting}: ${plainText(r.why ?? '')} (${place((r.bootstrap.origin === 'opaque' ? r.bootstrap : r.argocd).place)})`, width - 4, '  ').map((l) => `  ${l}`)));
  if (findings.length > 0) lines.push('', ...findings.flatMap((f) => renderFinding(f, width, c)));
  lines.push('', ...closing(cluster, showAll, width, c));
  return lines;
}

/** One sentence. Never "aligned" while a row differs. */
export function verdictOf(report: Report, cluster: Cluster | null): string {
  if (!cluster) return 'Nothing to compare: no Cilium was found on either side.';
  const who = cluster.name === null ? '' : `${plainText(cluster.name)}: `;
  const drifting = cluster.rows.filter((r) => r.status === 'drifted');
  const errors = drifting.filter((r) => r.level === 'error').length;
  const broken = report.findings.filter((f) => f.cluster === cluster.name && f.level === 'error').length;
  switch (cluster.outcome) {
    case 'nothing':
      return `${who}Nothing to compare: ${cluster.bootstrap ? 'the Argo CD' : cluster.argocd ? 'the bootstrap' : 'either'} side was not found.`;
    case 'drifted':
      if (errors > 0) return `${who}${count(errors, 'disruptive difference')} between the bootstrap and Argo CD${broken > 0 ? `, and ${count(broken, 'error')} beside` : ''}.`;
      return `${who}${count(broken, 'error')} that would break the cluster.`;
    case 'undecided':
      return `${who}Undecided: what one side does cannot be known from Git.`;
    default:
      return drifting.length === 0 ? `${who}Aligned: both sides mean the same Cilium.` : `${who}No disruptive difference, ${count(drifting.length, 'setting')} differ${drifting.length === 1 ? 's' : ''}.`;
  }
}

function sideLines(label: string, release: Release | null, width: number, c: Colours): string[] {
  if (!release) return [`  ${label.padEnd(10)} ${c.yellow('not found')}`];
  const version = release.chartVersion === null ? `chart version unknown${release.chartVersionWhy ? ` (${plainText(release.chartVersionWhy)})` : ''}` : `chart ${release.chartVersion}`;
  const name = `${plainText(release.name ?? '?')} in ${plainText(release.namespace ?? '?')}`;
  const shown = release.files.slice(0, 4).map((f) => plainText(f));
  const files = `${shown.join(', ')}${release.files.length > shown.length ? ` and ${release.files.length - shown.length} more` : ''}`;
  return [
    ...wrap(`${release.form}, ${version}, ${name}`, width - 13, '').map((l, i) => `  ${(i === 0 ? label : '').padEnd(10)} ${l}`),
    ...wrap(files, width - 13, '').map((l) => `  ${''.padEnd(10)} ${c.dim(l)}`),
  ];
}

function talosLine(cluster: Cluster, width: number, c: Colours): string[] {
  if (!cluster.talos) return [];
  const say = (name: string, words: string) => {
    const fact = cluster.talos!.facts[name];
    return fact === undefined || fact.value === null || fact.origin === 'absent' || fact.origin === 'opaque' ? [] : [`${words} ${plainText(Array.isArray(fact.value) ? fact.value.join(' ') : String(fact.value))}`];
  };
  const facts = [...say('cni', 'cni'), ...say('kubeProxy', 'kube-proxy'), ...say('kubePrism', 'KubePrism'), ...say('kubePrismPort', 'port'), ...say('podSubnets', 'pods'), ...say('serviceSubnets', 'services')];
  return facts.length === 0 ? [] : wrap(facts.join(' · '), width - 13, '').map((l, i) => `  ${(i === 0 ? 'Talos' : '').padEnd(10)} ${c.dim(l)}`);
}

function grid(rows: Row[], cluster: Cluster, width: number, c: Colours): string[] {
  const setting = Math.max(18, Math.min(38, Math.floor(width * 0.34)));
  const value = Math.floor((width - setting - 4) / 2);
  const lines: string[] = [];
  const cells = (a: string, b: string, d: string) => {
    const table = new Table({ chars: NO_BORDER, style: { 'padding-left': 0, 'padding-right': 1, head: [], border: [] }, colWidths: [setting, value, value], wordWrap: true, wrapOnWordBoundary: false });
    table.push([a, b, d]);
    return table.toString().split('\n').map((l) => `  ${l.trimEnd()}`);
  };
  lines.push(...cells('SETTING', 'BOOTSTRAP', 'ARGO CD').map((l) => c.dim(l)));
  for (const row of rows) {
    const paint = row.level === 'error' ? c.red : row.level === 'warning' ? c.yellow : c.dim;
    lines.push(...cells(`${SIGN[row.level ?? 'note']} ${plainText(row.setting)}`, plainText(valueText(row.bootstrap), 200), plainText(valueText(row.argocd), 200)).map((l) => paint(l)));
    lines.push(...cells('', placeText(row.bootstrap), placeText(row.argocd)).map((l) => c.dim(l)));
    if (row.why) lines.push(...wrap(plainText(row.why), width - 6, '').map((l) => `      ${l}`));
    if (row.level !== 'note') for (const mend of mendsOf(row, cluster)) lines.push(...wrap(`${mend.side === 'bootstrap' ? 'bootstrap' : 'Argo CD'}: ${plainText(mend.edit)}`, width - 8, '  ').map((l, i) => `      ${i === 0 ? c.cyan('→') : ' '} ${l}`));
  }
  return lines;
}

const NO_BORDER = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '' };

function renderFinding(finding: Finding, width: number, c: Colours): string[] {
  const paint = finding.level === 'error' ? c.red : finding.level === 'warning' ? c.yellow : c.dim;
  const lines = wrap(`${finding.rule}: ${plainText(finding.message, 800)}`, width - 4, '').map((l, i) => paint(`  ${i === 0 ? SIGN[finding.level] : ' '} ${l}`));
  if (finding.places.length > 0) lines.push(...wrap(finding.places.map(place).join(', '), width - 6, '').map((l) => c.dim(`      ${l}`)));
  if (finding.fix && finding.level !== 'note') lines.push(...wrap(plainText(finding.fix), width - 8, '  ').map((l, i) => `      ${i === 0 ? c.cyan('→') : ' '} ${l}`));
  return lines;
}

function closing(cluster: Cluster, showAll: boolean, width: number, c: Colours): string[] {
  const of = (status: Row['status']) => cluster.rows.filter((r) => r.status === status);
  const [aligned, irrelevant] = [of('aligned'), of('irrelevant')];
  if (cluster.rows.length === 0) return [];
  if (!showAll) return [c.dim(`  ${count(aligned.length, 'setting')} agree${aligned.length === 1 ? 's' : ''}${irrelevant.length > 0 ? `, ${irrelevant.length} mean nothing here` : ''} (--show all lists them)`)];
  const line = (row: Row) => wrap(`${row.setting} = ${plainText(valueText(row.bootstrap), 120)}  ${row.why ? `(${plainText(row.why)})` : ''}`, width - 6, '  ').map((l) => c.dim(`    ${l}`));
  return [c.dim(`  ${count(aligned.length, 'setting')} agree:`), ...aligned.flatMap(line), ...(irrelevant.length > 0 ? [c.dim(`  ${irrelevant.length} mean nothing here:`), ...irrelevant.flatMap(line)] : [])];
}

function renderUnused(report: Report, width: number, showAll: boolean, c: Colours): string[] {
  if (report.unused.length === 0) return [];
  const shown = showAll ? report.unused : report.unused.slice(0, 5);
  const lines = [c.dim(`Looked relevant and did not count (${report.unused.length}):`), ...shown.flatMap((u) => wrap(`${plainText(u.file)}: ${plainText(u.why)}`, width - 4, '  ').map((l) => c.dim(`  ${l}`)))];
  if (shown.length < report.unused.length) lines.push(c.dim(`  and ${report.unused.length - shown.length} more (--show all)`));
  return lines;
}

function byGravity(a: Row, b: Row): number {
  return GRAVITY[a.level ?? 'note'] - GRAVITY[b.level ?? 'note'];
}

function valueText(cell: Cell): string {
  if (cell.value === null) return cell.origin === 'opaque' ? 'unknown' : '(unset)';
  return Array.isArray(cell.value) && cell.value.every((v) => typeof v === 'string') ? cell.value.join(' ') : show(cell.value);
}

function placeText(cell: Cell): string {
  return cell.place === null ? '' : place(cell.place);
}

function place(p: Place | null): string {
  if (p === null) return '';
  return 'file' in p ? `${plainText(p.file)}:${p.line}` : plainText(p.source);
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** Lines of at most `width` columns; the second and later ones are indented. Words longer than a line are cut. */
function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    let rest = word;
    if (line !== '' && stringWidth(line) + 1 + stringWidth(rest) <= width) {
      line += ` ${rest}`;
      continue;
    }
    if (line !== '') lines.push(line);
    line = lines.length > 0 ? indent : '';
    while (stringWidth(line) + stringWidth(rest) > width && rest.length > width - line.length) {
      lines.push(line + rest.slice(0, width - line.length));
      rest = rest.slice(width - line.length);
      line = indent;
    }
    line += rest;
  }
  lines.push(line);
  return lines;
}
