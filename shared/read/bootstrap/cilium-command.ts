import type { Invocation } from '../../language/shell/invocation.ts';
import { type Argument, firstUnknown, knownText, opaqueOf, type Text, writtenText } from '../../language/shell/text.ts';
import type { Declaration, FilePlace, Layer, SetFlag } from '../../model.ts';
import { fromPlain, opaque } from '../../tree.ts';
import { lastFlag, readFlags } from '../commands/command-flags.ts';
import { type CiliumInstall, installedVersion, readCiliumInstall, type Word } from './cilium-install-flags.ts';
import { clusterEvidence } from './command-clusters.ts';
import { type Purpose, purposeOfOutput, rankOf } from './command-purpose.ts';
import { writtenVersion } from './helm-chart.ts';
import { type CommandFindings, lookedUpFiles } from './helm-command.ts';
import { uniqueFiles } from './manifests.ts';
import { opaqueLayer, type ReadLayer, readSetFlag, readValuesArgument } from './values-argument.ts';

const CONTEXT = new Set([
  '--context',
  '--kubeconfig',
  '-n',
  '--namespace',
  '--version',
  '-f',
  '--values',
  '--set',
  '--set-string',
  '--set-file',
  '--helm-set',
  '--helm-values',
  '--helm-set-string',
  '--helm-release-name',
  '--datapath-mode',
  '--repository',
  '--chart-directory',
]);

/** The release that `cilium install` makes from a workstation; nothing for every other command of cilium's. */
export function readCiliumCommand(invocation: Invocation, ciliumCliVersion: string | undefined): CommandFindings {
  // What is empty goes away, unless a flag before it takes it for its value.
  const words = invocation.arguments.filter((a, i, all) => a.text.length > 0 || /^--?\w/.test(knownText(all[i - 1]?.text ?? []) ?? ''));
  const install = readCiliumInstall(words.map(toWord));
  const line = readFlags(invocation.arguments, CONTEXT);
  // Prose in a code block, `cilium install the CLI first`: the program takes no such words.
  if (!install || line.positional.length > 1) return { declarations: [], unused: [] };
  const purpose: Purpose = install.dryRun ? purposeOfOutput(invocation) : { installs: 'now' };
  const { file } = invocation.place;
  const looks = invocation.commands.looks ?? looksOnly(install, purpose);
  if (looks !== undefined || 'looks' in purpose)
    return { declarations: [], unused: [{ file, why: `the cilium command in ${file}:${invocation.place.line} is not read: ${looks}` }] };
  const read = layersOf(install, invocation);
  const layers = [...datapath(install), ...read.map(({ layer }) => layer)];
  const files = uniqueFiles(
    [file],
    read.flatMap((l) => l.files),
    lookedUpFiles(invocation),
    invocation.trail,
  );
  const namespace = install.namespace ?? fromEnvironment(invocation, 'CILIUM_NAMESPACE');
  const { rank, why } = rankOf(invocation, purpose);
  const context = lastFlag(line, '--context')?.value;
  const filled = read.flatMap((l) => l.filled);
  const chart = install.chartDirectory;
  const declaration: Declaration = {
    side: 'bootstrap',
    form: 'cilium-command',
    place: invocation.place,
    files,
    name: install.releaseName ? known(install.releaseName) : 'cilium',
    namespace: namespace ? known(namespace) : 'kube-system',
    ...versionOf(install, invocation),
    installer: 'cilium-cli-workstation',
    ciliumCliVersion: ciliumCliVersion ?? null,
    layers,
    ...(chart && { opaque: opaque('the chart comes from a directory (--chart-directory)', chart.place, chart.text) }),
    clusters: clusterEvidence(invocation, context, filled, files, layers),
    rank,
    rankWhy: `a cilium install ${why}`,
    findings: [],
  };
  return { declarations: [declaration], unused: [] };
}

/** Why a command changes nothing; undefined where it may. */
function looksOnly(install: CiliumInstall, purpose: Purpose): string | undefined {
  if ('looks' in purpose) return purpose.looks;
  return install.dryRun && purpose.installs === 'by hand' ? 'it only tries (--dry-run)' : undefined;
}

/** Values files, words that may be any flag, then the flags of which each is one value. */
function layersOf(install: CiliumInstall, invocation: Invocation): ReadLayer[] {
  const byPlace = new Map(invocation.arguments.map((a) => [keyOf(a.place, writtenText(a.text)), a]));
  const conditional = new Map(
    invocation.arguments.flatMap((a) => (a.conditional ? [[keyOf(a.place), opaqueOf(a.conditional)] as const] : [])),
  );
  const flags = install.flags.map((flag): SetFlag => {
    const hidden = flag.opaque ?? conditional.get(keyOf(flag.place));
    if (hidden) return { ...flag, opaque: hidden };
    return flag.flag === 'set-file' ? readSetFlag('set-file', [flag.text], { text: [flag.text], place: flag.place }, invocation) : flag;
  });
  return [
    ...install.valuesFiles.flatMap((word) => {
      const argument = byPlace.get(keyOf(word.place, word.text)) ?? { text: unknownText(word), place: word.place };
      return readValuesArgument(argument.text, argument, invocation);
    }),
    ...install.unknown.map((word) => opaqueLayer(word.opaque ?? opaque('it may hold any flag', word.place), word.place)),
    ...(flags[0] ? [{ layer: { kind: 'set' as const, place: flags[0].place, flags }, files: [], filled: [] }] : []),
  ];
}

const keyOf = ({ line, column }: FilePlace, text = ''): string => `${line}:${column}:${text}`;

/** An explicit `--datapath-mode tunnel` adds its values whatever the routing mode of the user's is. */
function datapath({ datapathMode: mode }: CiliumInstall): Layer[] {
  if (mode?.text !== 'tunnel') return [];
  return [
    { kind: 'implicit', place: mode.place, tree: fromPlain({ routingMode: 'tunnel', tunnelProtocol: 'vxlan' }, mode.place, 'installer') },
  ];
}

function versionOf(
  { version: word }: CiliumInstall,
  { place, lookedUp }: Invocation,
): Pick<Declaration, 'chartVersion' | 'chartVersionWhy' | 'chartVersionPlace'> {
  const chartVersionPlace = lookedUp.get(word?.text ?? '') ?? word?.place ?? place;
  if (!word?.text)
    return {
      chartVersion: null,
      chartVersionWhy: 'no --version: the default of whichever cilium-cli is installed',
      chartVersionPlace,
    };
  const { version, why } = writtenVersion(unknownText(word));
  const chartVersion = version ?? (word.opaque ? null : installedVersion(word.text));
  return { chartVersion, chartVersionPlace, ...(chartVersion === null && { chartVersionWhy: `--version ${word.text}: ${why}` }) };
}

const known = (word: Word): string | null => (word.opaque ? null : word.text);

function fromEnvironment(invocation: Invocation, name: string): Word | undefined {
  const text = invocation.variable(name);
  return text && toWord({ text, place: invocation.place });
}

function toWord(argument: Argument): Word {
  const unknown = firstUnknown(argument.text);
  return { text: writtenText(argument.text), place: argument.place, ...(unknown ? { opaque: opaqueOf(unknown) } : {}) };
}

function unknownText(word: Word): Text {
  return word.opaque ? [{ written: word.text, reason: word.opaque.reason, place: word.place }] : [word.text];
}
