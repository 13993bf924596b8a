import semver from 'semver';
import { chartDefaults, isChartPath, knownVersion } from '../cilium/charts.ts';
import { isLoopback } from '../cilium/loopback.ts';
import { settingAt, settings } from '../cilium/settings/index.ts';
import type { Cell, Cluster, Form, Place, Release, Row, Side } from '../model.ts';
import { at } from '../tree.ts';
import { REDACTED } from './redact.ts';

/** One edit that would make a row agree, the side that it changes, and where a person makes it. */
export interface Mend {
  side: Side;
  /** `set` writes the other side's value at the row's path, `remove` takes the path away; `other` is anything that is not one value of one file. */
  action: 'set' | 'remove' | 'other';
  /** What to do, as an order without a place: ``change `ipam.mode` to `kubernetes` ``. */
  edit: string;
  place: Place;
}

/** Why a side has no edit for a row. */
export interface NoMend {
  side: Side;
  /** A sentence without its full stop. */
  why: string;
}

/** Forms whose objects somebody rendered: nobody edits them by hand, they are rendered again. */
export const RENDERED: ReadonlySet<Form> = new Set<Form>(['rendered-manifest', 'rendered-path']);

/** A cluster as far as an edit of one of its rows asks for it. */
type Around = Pick<Cluster, 'bootstrap' | 'argocd'> & Partial<Pick<Cluster, 'talos' | 'rows'>>;

/** The edits that would make a drifting row agree: one for each side, or for the bootstrap alone where the running cluster cannot follow. None leads to what Talos refuses, and none writes a key that the chart of that side does not know. */
export function mendsOf(row: Row, cluster: Around): Mend[] {
  return bothSides(row, cluster).filter((answer) => 'edit' in answer);
}

/** The edit of one side that would make a drifting row agree, or why that side has none. */
export function mendOf(row: Row, cluster: Around, side: Side): Mend | NoMend | undefined {
  return bothSides(row, cluster).find((answer) => answer.side === side);
}

/** What each side can do about a row, the bootstrap first; nothing for a row that does not drift. */
function bothSides(row: Row, cluster: Around): (Mend | NoMend)[] {
  const { bootstrap, argocd } = cluster;
  if (!bootstrap || !argocd || row.status !== 'drifted') return [];
  if (row.setting === 'version') return versionMend(row, bootstrap, argocd);
  const answers = [ofBootstrap(row, cluster, bootstrap, argocd), ofArgocd(row, cluster, argocd, bootstrap)];
  // What a chart works out of another setting is no edit where the other side has an exact one, or its version alone decides.
  const isExact = (answer: Mend | NoMend) => 'edit' in answer && !isWorkedOut(row.setting, row[answer.side], cluster[answer.side]!);
  const byVersion = isNewTo(row.setting, bootstrap, argocd) || isNewTo(row.setting, argocd, bootstrap);
  if (!byVersion && !answers.some(isExact)) return answers;
  return answers.map((answer) =>
    'edit' in answer && !isExact(answer)
      ? { side: answer.side, why: 'the chart works it out of another setting here; the other side has an exact edit' }
      : answer,
  );
}

function ofBootstrap(row: Row, cluster: Around, bootstrap: Release, argocd: Release): Mend | NoMend {
  if (isWrongOnTalos(row.setting, row.argocd, cluster))
    return { side: 'bootstrap', why: "Argo CD's value is the wrong one: it does not work on Talos" };
  return mend(row, row.bootstrap, row.argocd, bootstrap, argocd);
}

function ofArgocd(row: Row, cluster: Around, argocd: Release, bootstrap: Release): Mend | NoMend {
  if (isKeptByCluster(row, cluster))
    return { side: 'argocd', why: 'a running cluster cannot take another value: the bootstrap must follow what runs' };
  if (isWrongOnTalos(row.setting, row.bootstrap, cluster))
    return { side: 'argocd', why: "the bootstrap's value is the wrong one: it does not work on Talos" };
  if (isNeededByNativeRouting(row, cluster.rows))
    return { side: 'argocd', why: "Argo CD's side keeps native routing, which needs the value that it has" };
  return mend(row, row.argocd, row.bootstrap, argocd, bootstrap);
}

function isWrongOnTalos(setting: string, { value }: Cell, { talos, rows }: Around): boolean {
  return talos !== null && talos !== undefined && (isRefusedByTalos(setting, value, talos) || isOnControlPlanesOnly(setting, value, rows));
}

/** True where the chart makes something else than its own default out of what stands at a line, perhaps of another setting. */
function isWorkedOut(path: string, { origin, place, value }: Cell, release: Release): boolean {
  if (origin !== 'derived' || place === null || !('file' in place) || RENDERED.has(release.form) || isFormerName(path)) return false;
  return !isChartDefault(path, value, release);
}

/** A row is called by a setting's older name where somebody wrote that one, and today's is worked out of it. */
function isFormerName(path: string): boolean {
  return settings.some(({ formerly }) => formerly === path);
}

/** True where Argo CD's side keeps its native routing, which the agent does not start without, or reaches no other node. */
function isNeededByNativeRouting({ setting }: Row, rows: readonly Row[] = []): boolean {
  return (
    NATIVE_ROUTING.has(setting) && rows.some((r) => r.setting === 'routingMode' && r.status === 'drifted' && r.argocd.value === 'native')
  );
}

const NATIVE_ROUTING = new Set(['autoDirectNodeRoutes', 'ipv4NativeRoutingCIDR', 'ipv6NativeRoutingCIDR']);

/** True where a running cluster cannot take another value: then only the bootstrap can follow Argo CD, which the cluster most likely runs, unless no cluster on Talos can run what Argo CD says. */
export function isKeptByCluster(row: Row, cluster: Around): boolean {
  return settingAt(row.setting)?.migratable === false && !isWrongOnTalos(row.setting, row.argocd, cluster);
}

/** A value with which the agent does not start, or reaches no API server or pod, on Talos. https://docs.siderolabs.com/kubernetes-guides/cni/deploying-cilium */
function isRefusedByTalos(setting: string, value: unknown, talos: NonNullable<Cluster['talos']>): boolean {
  if (talos.facts.kubeProxy?.value === 'disabled') {
    if (setting === 'k8sServiceHost' || setting === 'k8sServicePort') return value === null || value === '';
    if (setting === 'kubeProxyReplacement') return value === false || value === 'false';
  }
  if (setting.startsWith('securityContext.capabilities.')) return /\bSYS_MODULE\b/.test(JSON.stringify(value ?? ''));
  if (setting === 'cgroup.autoMount.enabled') return value === true || value === 'true';
  return setting === 'cgroup.hostRoot' && value !== '/sys/fs/cgroup';
}

/** The API server's own port, where both sides look for it on the node itself: nothing answers there on workers. */
function isOnControlPlanesOnly(setting: string, port: unknown, rows: readonly Row[] = []): boolean {
  const host = rows.find((row) => row.setting === 'k8sServiceHost' && row.status === 'aligned')?.argocd.value;
  return setting === 'k8sServicePort' && String(port) === '6443' && typeof host === 'string' && isLoopback(host);
}

/** The bootstrap follows Argo CD, which the cluster most likely runs; an older Argo CD may be raised instead, for it would downgrade Cilium. */
function versionMend(row: Row, bootstrap: Release, argocd: Release): (Mend | NoMend)[] {
  const argocdIsOlder = semver.valid(String(row.argocd.value)) !== null && semver.lt(String(row.argocd.value), String(row.bootstrap.value));
  const pin = (release: Release, from: Cell, to: Cell): Mend => ({
    side: release.side,
    action: 'other',
    edit: RENDERED.has(release.form) ? `render it again with chart ${to.value}` : `pin the chart version to ${to.value}`,
    place: from.place && 'file' in from.place ? from.place : release.place,
  });
  return [
    pin(bootstrap, row.bootstrap, row.argocd),
    argocdIsOlder
      ? pin(argocd, row.argocd, row.bootstrap)
      : { side: 'argocd', why: 'the cluster most likely runs this version already, and Cilium is not downgraded: the bootstrap follows' },
  ];
}

/** Forms whose values are flags of a command. */
const COMMANDS = new Set<Form>(['cilium-cli-job', 'cilium-command', 'helm-command']);

function mend(row: Row, from: Cell, to: Cell, release: Release, other: Release): Mend | NoMend {
  const { side } = release;
  const path = `\`${row.setting}\``;
  const written =
    (from.origin === 'set' || (isFormerName(row.setting) && from.origin === 'derived')) && from.place !== null && 'file' in from.place;
  if (!written && isNewTo(row.setting, release, other))
    return { side, why: `chart ${release.chartVersion}, which this side installs, does not know it` };
  if (RENDERED.has(release.form)) {
    const place = from.place && 'file' in from.place ? from.place : release.place;
    return {
      side,
      action: 'other',
      edit: to.value === null ? `render it again without ${path}` : `render it again with ${code(`${row.setting}=${show(to.value)}`)}`,
      place,
    };
  }
  if (written && (to.value === null || comesByItself(row.setting, to, release, other)))
    return { side, action: 'remove', edit: `remove ${path}`, place: from.place! };
  if (isWorkedOut(row.setting, from, release)) {
    return {
      side,
      action: 'other',
      edit: `change what stands there so that ${path} becomes ${to.value === null ? 'unset' : code(show(to.value))}`,
      place: from.place!,
    };
  }
  if (to.value === null) return { side, why: 'the other side leaves it unset, and nothing is written here that could be removed' };
  const layers = release.layers.filter((l) => l.kind !== 'implicit');
  // Terraform's `set` blocks are no YAML.
  const files = release.form === 'terraform-helm' ? layers.filter((l) => l.kind !== 'set') : [];
  const layer = (files.length > 0 ? files : layers).at(-1);
  const place = layer && 'file' in layer.place ? layer.place : release.place;
  const set = (edit: string, at: Place): Mend => ({ side, action: 'set', edit, place: at });
  if (to.value === REDACTED) return set(`give ${path} the other side's value (a secret, not shown)`, written ? from.place! : place);
  if (written) return set(`change ${path} to ${code(show(to.value))}`, from.place!);
  if (COMMANDS.has(release.form) && (layer === undefined || layer.kind === 'set'))
    return set(`add ${code(flag(row.setting, to.value, release.form))}`, place);
  // It may be written already, and count only because of what stands at another line.
  const verb = from.origin === 'derived' ? 'write' : 'add';
  return set(`${verb} ${code(`${row.setting}: ${show(to.value)}`)}${level(release, other)}`, place);
}

/** Where in its file a value belongs, as far as an umbrella chart reads the file. */
function level(release: Release, other: Release): string {
  if (isUmbrella(release)) return " below the dependency's name";
  return isUmbrella(other) && sharedValues(release, other).length > 0 ? " at the top, not below the dependency's name," : '';
}

/** True where Cilium is a dependency of the chart that is installed; a bootstrap reads a Chart.yaml for nothing else. */
export function isUmbrella({ form, side, files }: Release): boolean {
  return form === 'umbrella-chart' || (side === 'bootstrap' && files.some((file) => /(?:^|\/)Chart\.yaml$/.test(file)));
}

/** True where only the other side's chart knows the path: written here it would do nothing. */
function isNewTo(path: string, release: Release, other: Release): boolean {
  const [own, theirs] = [release, other].map(({ chartVersion }) => (chartVersion === null ? undefined : knownVersion(chartVersion)));
  return own !== undefined && theirs !== undefined && !isChartPath(own.version, path) && isChartPath(theirs.version, path);
}

/** Values files that both sides read, themselves or through a template. */
export function sharedValues(bootstrap: Release, argocd: Release): string[] {
  const values = ({ layers }: Release) =>
    layers.flatMap(({ kind, place }) => (kind === 'values-file' && 'file' in place ? [place.file] : []));
  const [left, right] = [new Set(values(bootstrap)), new Set(values(argocd))];
  // A command of flags alone may look one word up in a file, and reads the rest of it no more than that.
  const whole = bootstrap.layers.some(({ kind }) => kind !== 'set');
  return [
    ...[...left].filter((file) => right.has(file) || argocd.files.includes(file)),
    ...[...right].filter((file) => whole && !left.has(file) && bootstrap.files.includes(file)),
  ];
}

/** What nobody wrote on the other side is there too once it is gone here, as long as both charts say the same. */
function comesByItself(path: string, to: Cell, release: Release, other: Release): boolean {
  if (to.origin !== 'default' && to.origin !== 'absent') return false;
  if (release.chartVersion === other.chartVersion) return true;
  return isChartDefault(path, to.value, release);
}

function isChartDefault(path: string, value: unknown, { chartVersion }: Release): boolean {
  const known = chartVersion === null ? undefined : knownVersion(chartVersion);
  const node = known && at(chartDefaults(known.version), path);
  return node?.kind === 'scalar' && node.value === value;
}

/** The flag as one word, which holds as an item of a list too: commas belong to the value, and in a command the shell must not read it. */
function flag(path: string, value: unknown, form: Form): string {
  const plain = (text: string) => text.replace(/[\\,{}]/g, '\\$&');
  let name = '--set';
  let text: string;
  if (Array.isArray(value) && value.length > 0 && value.every((v) => typeof v !== 'object' && !isTyped(v)))
    text = `{${value.map((v) => plain(String(v))).join(',')}}`;
  else if (typeof value === 'object') {
    name = '--set-json';
    text = JSON.stringify(value);
  } else if (typeof value === 'string') {
    if (isTyped(value)) name = '--set-string';
    text = plain(value);
  } else text = String(value);
  const argument = `${path}=${text}`;
  return `${name}=${form === 'cilium-cli-job' || /^[\w./:=@%+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`}`;
}

/** A text that `--set` takes for something else than a text. */
function isTyped(value: unknown): boolean {
  return typeof value === 'string' && /^(true|false|null|~|[-+]?\d[\d_.eE+-]*)$/i.test(value);
}

function code(text: string): string {
  return `\`${text}\``;
}

/** A value as a person would write it in YAML. */
export function show(value: unknown): string {
  if (value === null || value === undefined || value === '') return '""';
  if (typeof value === 'string') return value;
  return JSON.stringify(value);
}
