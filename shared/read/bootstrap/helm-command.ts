import { chartFields } from '../../evaluate/chart-release.ts';
import { type Fault, findingOf } from '../../evaluate/fault.ts';
import { ciliumOfChart } from '../../evaluate/helm/umbrella-chart.ts';
import type { Invocation } from '../../language/shell/invocation.ts';
import { firstUnknown, knownText, opaqueOf, type Text, writtenText } from '../../language/shell/text.ts';
import type { Declaration, FilePlace, Place, SetFlag, Unused } from '../../model.ts';
import { opaque } from '../../tree.ts';
import { type CommandLine, isOn, lastFlag, readFlags } from '../commands/command-flags.ts';
import { clusterEvidence } from './command-clusters.ts';
import { type Installing, type Purpose, purposeOfOutput, rankOf } from './command-purpose.ts';
import { type CiliumChart, ciliumChart, writtenVersion } from './helm-chart.ts';
import { uniqueFiles } from './manifests.ts';
import { opaqueLayer, type ReadLayer, readSetFlag, readValuesArgument } from './values-argument.ts';

/** What a reader of commands finds. */
export interface CommandFindings {
  declarations: Declaration[];
  unused: Unused[];
}

/** Flags of `helm install|upgrade|template` that take a value; https://helm.sh/docs/helm/helm_upgrade/ */
const VALUED = new Set(
  (
    '-f --values --set --set-string --set-json --set-literal --set-file --version -n --namespace --repo --kubeconfig --kube-context --timeout --username --password --ca-file --cert-file --key-file ' +
    '--keyring --name-template --description --post-renderer --post-renderer-args -a --api-versions --kube-version --output-dir -s --show-only --history-max -l --labels --kube-apiserver ' +
    '--kube-as-group --kube-as-user --kube-ca-file --kube-tls-server-name --kube-token --registry-config --repository-cache --repository-config --burst-limit --qps -o --output --plugins-path --release-name'
  ).split(' '),
);
const SETS: Record<string, SetFlag['flag']> = {
  '--set': 'set',
  '--set-string': 'set-string',
  '--set-json': 'set-json',
  '--set-literal': 'set-literal',
  '--set-file': 'set-file',
};

/** A command that installs a release of Cilium, or renders it. */
interface ReleaseCommand {
  verb: 'install' | 'upgrade' | 'template';
  line: CommandLine;
  /** As it is written; undefined where Helm makes up a name. */
  name: Text | undefined;
  chart: CiliumChart;
}

/** The Cilium release that a `helm` command line installs or renders; nothing for every other command. */
export function readHelmCommand(invocation: Invocation): CommandFindings {
  const line = readFlags(invocation.arguments, VALUED);
  // helm-secrets wraps the same commands: https://github.com/jkroepke/helm-secrets
  if (knownText(line.positional[0]?.text ?? []) === 'secrets') line.positional.shift();
  const verb = knownText(line.positional[0]?.text ?? []);
  if (verb !== 'install' && verb !== 'upgrade' && verb !== 'template') return { declarations: [], unused: [] };
  const rest = line.positional.slice(1);
  const generated = isOn(line, '--generate-name', '-g') || (verb === 'template' && rest.length === 1);
  const [name, chartArgument] = generated ? [undefined, rest[0]] : [rest[0], rest[1]];
  const chart = chartArgument && ciliumChart(chartArgument.text, lastFlag(line, '--repo')?.value, invocation.directory);
  if (chart === undefined) return { declarations: [], unused: [] };
  const { file, line: row } = invocation.place;
  const notRead = (why: string): CommandFindings => ({ declarations: [], unused: [{ file, why }] });
  if (chart === 'unknown')
    return notRead(`which chart the helm command in line ${row} installs cannot be known: ${writtenText(chartArgument!.text)}`);
  const purpose = purposeOf(verb, line, invocation);
  const looks = invocation.commands.looks ?? ('looks' in purpose ? purpose.looks : undefined);
  if (looks !== undefined || 'looks' in purpose) return notRead(`the helm command in ${file}:${row} is not read: ${looks}`);
  return {
    declarations: declare({ verb, line, name: generated ? undefined : (name?.text ?? []), chart }, purpose, invocation),
    unused: [],
  };
}

function purposeOf(verb: ReleaseCommand['verb'], line: CommandLine, invocation: Invocation): Purpose {
  if (verb === 'template') return isOn(line, '--output-dir') ? { installs: 'to a file' } : purposeOfOutput(invocation);
  const dryRun = lastFlag(line, '--dry-run');
  if (dryRun && !/^(none|false)$/.test(knownText(dryRun.value) ?? '')) return { looks: 'it only tries (--dry-run)' };
  return { installs: 'now' };
}

function declare(command: ReleaseCommand, purpose: Installing, invocation: Invocation): Declaration[] {
  const { line, chart } = command;
  const read = readLayers(line, invocation);
  const given = read.map(({ layer }) => layer);
  const namespace = lastFlag(line, '-n', '--namespace')?.value ?? invocation.variable('HELM_NAMESPACE') ?? ['default'];
  const context = lastFlag(line, '--kube-context')?.value;
  const filled = read.flatMap((l) => l.filled);
  const faults: Fault[] = [];
  const parts =
    chart.kind === 'upstream'
      ? [{ layers: given, files: [], ...versionOf(line, chart, invocation) }]
      : ciliumOfChart(invocation.directory.repository, chart.directory, given, faults);
  return parts.map((part): Declaration => {
    const files = uniqueFiles(
      [invocation.place.file],
      read.flatMap((l) => l.files),
      part.files,
      lookedUpFiles(invocation),
      invocation.trail,
    );
    return {
      side: 'bootstrap',
      form: 'helm-command',
      place: invocation.place,
      files,
      name: nameOf(command),
      namespace: knownText(namespace) ?? null,
      ...chartFields(part),
      installer: 'helm',
      clusters: clusterEvidence(invocation, context, filled, files, part.layers),
      ...rankIn(command, purpose, invocation, read),
      ...(isOn(line, '--skip-schema-validation') && { skipSchemaValidation: true }),
      ...(lastFlag(line, '--post-renderer') && {
        hidden: [{ prefix: '', opaque: opaque('a post-renderer changes the manifests after Helm', invocation.place) }],
      }),
      findings: faults.map((fault) => findingOf(fault)),
    };
  });
}

function nameOf({ verb, line, name }: ReleaseCommand): string | null {
  if (name !== undefined) return knownText(name) ?? null;
  return verb === 'template' && !isOn(line, '--generate-name', '-g') ? 'release-name' : null;
}

/** An upgrade alone needs a release that something else has installed. */
function rankIn(
  { verb, line }: ReleaseCommand,
  purpose: Installing,
  invocation: Invocation,
  read: readonly ReadLayer[],
): Pick<Declaration, 'rank' | 'rankWhy'> {
  const { rank, why } = rankOf(invocation, purpose);
  const upgrades = verb === 'upgrade' && !isOn(line, '-i', '--install');
  const assumed = read.map((l) => l.why).find((reason) => reason !== undefined);
  return {
    rank: upgrades ? (Math.min(rank, 2) as 1 | 2) : rank,
    rankWhy: `${upgrades ? 'an upgrade' : `a helm ${verb}`} ${why}${assumed ? `; ${assumed}` : ''}`,
  };
}

/** The files of what was looked up and stands on the command line. */
export function lookedUpFiles(invocation: Invocation): string[] {
  if (invocation.lookedUp.size === 0) return [];
  const words = invocation.arguments.flatMap((a) => knownText(a.text) ?? []);
  return [...invocation.lookedUp].flatMap(([text, place]) => (words.some((w) => w === text || w.endsWith(`=${text}`)) ? [place.file] : []));
}

function readLayers(line: CommandLine, invocation: Invocation): ReadLayer[] {
  const layers: ReadLayer[] = [];
  const flags: SetFlag[] = [];
  let first: FilePlace | undefined;
  for (const flag of line.flags) {
    if (flag.name === '-f' || flag.name === '--values') layers.push(...readValuesArgument(flag.value, flag.argument, invocation));
    const kind = Object.hasOwn(SETS, flag.name) ? SETS[flag.name] : undefined;
    if (!kind) continue;
    first ??= flag.argument.place;
    flags.push(readSetFlag(kind, flag.value, flag.argument, invocation));
  }
  for (const word of line.unknown) {
    const unknown = firstUnknown(word.text);
    if (unknown) layers.push(opaqueLayer({ ...opaqueOf(unknown), reason: `${unknown.reason}; it may hold any flag` }, word.place));
  }
  if (first) layers.push({ layer: { kind: 'set', place: first, flags }, files: [], filled: [] });
  return layers;
}

function versionOf(
  line: CommandLine,
  chart: { version?: string },
  invocation: Invocation,
): { chartVersion: string | null; chartVersionWhy?: string; chartVersionPlace?: Place } {
  const flag = lastFlag(line, '--version');
  if (flag) {
    const { version, why } = writtenVersion(flag.value);
    return {
      chartVersion: version,
      chartVersionPlace: invocation.lookedUp.get(knownText(flag.value) ?? '') ?? flag.argument.place,
      ...(why ? { chartVersionWhy: `--version ${writtenText(flag.value)}: ${why}` } : {}),
    };
  }
  if (chart.version) {
    const { version, why } = writtenVersion([chart.version]);
    return { chartVersion: version, chartVersionPlace: invocation.place, ...(why ? { chartVersionWhy: why } : {}) };
  }
  return {
    chartVersion: null,
    chartVersionPlace: invocation.place,
    chartVersionWhy: isOn(line, '--devel')
      ? 'no --version: the newest pre-release on the day it runs'
      : 'no --version: the newest release on the day it runs',
  };
}
