import semver from 'semver';
import type { Declaration, Mapping, Tree } from '../model.ts';
import { at, emptyMap, fromPlain, opaque } from '../tree.ts';

/** The chart that `cilium install` takes where nobody names one: first and last release of cilium-cli that takes it. From 0.16.21 on it is the newest one that the binary holds. */
const DEFAULT_CHARTS: readonly (readonly [first: string, last: string, chart: string])[] = [
  ['0.12.0', '0.12.1', '1.12.0'],
  ['0.12.2', '0.12.3', '1.12.1'],
  ['0.12.4', '0.12.11', '1.12.2'],
  ['0.12.12', '0.12.12', '1.12.5'],
  ['0.12.13', '0.12.13', '1.12.6'],
  ['0.13.0', '0.13.1', '1.13.0'],
  ['0.13.2', '0.13.2', '1.13.1'],
  ['0.14.0', '0.14.5', '1.13.2'],
  ['0.14.6', '0.14.8', '1.13.3'],
  ['0.15.0', '0.15.4', '1.13.4'],
  ['0.15.5', '0.15.6', '1.14.0'],
  ['0.15.7', '0.15.8', '1.14.1'],
  ['0.15.9', '0.15.14', '1.14.2'],
  ['0.15.15', '0.15.19', '1.14.4'],
  ['0.15.20', '0.15.20', '1.14.5'],
  ['0.15.21', '0.15.21', '1.14.6'],
  ['0.15.22', '0.15.23', '1.15.0'],
  ['0.16.0', '0.16.0', '1.15.1'],
  ['0.16.1', '0.16.3', '1.15.2'],
  ['0.16.4', '0.16.4', '1.15.3'],
  ['0.16.5', '0.16.7', '1.15.4'],
  ['0.16.8', '0.16.10', '1.15.5'],
  ['0.16.11', '0.16.13', '1.15.6'],
  ['0.16.14', '0.16.16', '1.16.0'],
  ['0.16.17', '0.16.18', '1.16.1'],
  ['0.16.19', '0.16.19', '1.16.2'],
  ['0.16.20', '0.16.20', '1.16.3'],
  ['0.16.21', '0.16.22', '1.16.4'],
  ['0.16.23', '0.16.23', '1.16.5'],
  ['0.16.24', '0.16.24', '1.16.6'],
  ['0.17.0', '0.18.2', '1.17.0'],
  ['0.18.3', '0.18.3', '1.17.2'],
  ['0.18.4', '0.18.4', '1.17.4'],
  ['0.18.5', '0.18.5', '1.17.5'],
  ['0.18.6', '0.18.6', '1.18.0'],
  ['0.18.7', '0.18.7', '1.18.1'],
  ['0.18.8', '0.18.8', '1.18.2'],
  ['0.18.9', '0.18.9', '1.18.3'],
  ['0.19.0', '0.19.0', '1.18.5'],
  ['0.19.1', '0.19.1', '1.19.0'],
  ['0.19.2', '0.19.2', '1.19.1'],
  ['0.19.3', '0.19.4', '1.19.3'],
  ['0.19.5', '0.19.5', '1.19.4'],
  ['0.19.6', '0.19.7', '1.19.5'],
];

/** The chart version that a release of cilium-cli installs without `--version`; undefined for a release that is not known here. */
export function defaultChartVersion(cliVersion: string): string | undefined {
  const cli = semver.parse(cliVersion.trim().replace(/^v/, ''));
  if (!cli || cli.prerelease.length > 0) return undefined;
  return DEFAULT_CHARTS.find(([first, last]) => semver.gte(cli, first) && semver.lte(cli, last))?.[2];
}

/**
 * What `cilium install` adds below the values that it was given, in a cluster of no special kind (Talos is one).
 * What it detects from a kubeconfig is not among it: a Job in the cluster has none. Other installers add nothing.
 */
export function implicitValues(
  values: Tree,
  installer: Declaration['installer'],
  ciliumCliVersion?: string,
  chartVersion?: string,
): Mapping {
  const place = { source: 'cilium install adds it' };
  const added = emptyMap(place, 'installer');
  if (installer !== 'cilium-cli-job' && installer !== 'cilium-cli-workstation') return added;
  const text = (value: string): Tree => fromPlain(value, place, 'installer');
  // The values are written as one --set string, whose numbers are integers.
  const replicas: Tree = { kind: 'scalar', value: 1, integer: true, place, origin: 'installer' };
  added.entries.set('operator', { kind: 'map', entries: new Map([['replicas', replicas]]), place, origin: 'installer' });

  const cli = semver.parse(ciliumCliVersion?.trim().replace(/^v/, '') ?? '');
  const chart = semver.parse(chartVersion?.trim().replace(/^v/, '') ?? '');
  const asked = at(values, 'routingMode');
  if (chart && semver.lt(chart, '1.14.0') && cli && semver.lte(cli, '0.18.3')) {
    added.entries.set('tunnel', text('vxlan'));
    return added;
  }
  // Up to 0.16.0 the tunnel came without asking, so that its protocol stays under native routing.
  const always = cli !== null && semver.lte(cli, '0.16.0');
  if (asked?.kind === 'scalar' && asked.value === 'native' && !always) return added;
  added.entries.set('routingMode', text('tunnel'));
  const unsure = asked?.kind === 'opaque' && !always;
  added.entries.set(
    'tunnelProtocol',
    unsure ? opaque('cilium install adds vxlan unless routingMode is native, and that cannot be known', asked.place) : text('vxlan'),
  );
  return added;
}
