import type { Invocation } from '../../language/shell/invocation.ts';
import { type Argument, firstUnknown, knownText, opaqueOf, type Text, writtenText } from '../../language/shell/text.ts';
import type { Declaration, Layer, SetFlag } from '../../model.ts';
import { fromPlain, opaque } from '../../tree.ts';
import { lastFlag, readFlags } from '../commands/command-flags.ts';
import { readCiliumInstall, type Word } from './cilium-install-flags.ts';
import { clusterEvidence } from './command-clusters.ts';
import { purposeOfOutput, rankOf } from './command-purpose.ts';
import { exactVersion } from './helm-chart.ts';
import { type CommandFindings, lookedUpFiles } from './helm-command.ts';
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
  if (!install) return { declarations: [], unused: [] };
  const line = readFlags(invocation.arguments, CONTEXT);
  // Prose in a code block, `cilium install the CLI first`: the program takes no such words.
  if (line.positional.length > 1) return { declarations: [], unused: [] };
  const purpose = install.dryRun ? purposeOfOutput(invocation) : ({ installs: 'now' } as const);
  const at = `${invocation.place.file}:${invocation.place.line}`;
  const looks =
    invocation.commands.looks ??
    ('looks' in purpose ? purpose.looks : install.dryRun && purpose.installs === 'by hand' ? 'it only tries (--dry-run)' : undefined);
  if (looks !== undefined || 'looks' in purpose)
    return { declarations: [], unused: [{ file: invocation.place.file, why: `the cilium command in ${at} is not read: ${looks}` }] };
  const byPlace = new Map(invocation.arguments.map((a) => [`${a.place.line}:${a.place.column}:${writtenText(a.text)}`, a]));
  const read: ReadLayer[] = [];
  const argumentOf = (word: Word): Argument =>
    byPlace.get(`${word.place.line}:${word.place.column}:${word.text}`) ?? { text: unknownText(word), place: word.place };
  for (const word of install.valuesFiles) read.push(...readValuesArgument(argumentOf(word).text, { ...argumentOf(word) }, invocation));
  for (const word of install.unknown) read.push(opaqueLayer(word.opaque ?? opaque('it may hold any flag', word.place), word.place));
  const conditional = new Map(
    invocation.arguments.flatMap((a) => (a.conditional ? [[`${a.place.line}:${a.place.column}`, opaqueOf(a.conditional)] as const] : [])),
  );
  const flags: SetFlag[] = install.flags.map((flag) => {
    const hidden = flag.opaque ?? conditional.get(`${flag.place.line}:${flag.place.column}`);
    const whole = { ...flag, ...(hidden ? { opaque: hidden } : {}) };
    return flag.flag === 'set-file' && !hidden
      ? readSetFlag('set-file', [flag.text], { text: [flag.text], place: flag.place }, invocation)
      : whole;
  });
  if (flags.length > 0) read.push({ layer: { kind: 'set', place: flags[0]!.place, flags }, files: [], filled: [] });
  const layers: Layer[] = read.map((l) => l.layer);
  if (install.datapathMode?.text === 'tunnel') {
    const place = install.datapathMode.place;
    layers.unshift({ kind: 'implicit', place, tree: fromPlain({ routingMode: 'tunnel', tunnelProtocol: 'vxlan' }, place, 'installer') });
  }
  const files = [...new Set([invocation.place.file, ...read.flatMap((l) => l.files), ...lookedUpFiles(invocation), ...invocation.trail])];
  const version = install.version?.text
    ? exactVersion(unknownText(install.version))
    : { version: null, why: 'no --version: the default of whichever cilium-cli is installed' };
  const ranked = rankOf(invocation, purpose);
  const namespaceText = install.namespace ?? fromEnvironment(invocation, 'CILIUM_NAMESPACE');
  const declaration: Declaration = {
    side: 'bootstrap',
    form: 'cilium-command',
    place: invocation.place,
    files,
    name: install.releaseName ? (install.releaseName.opaque ? null : install.releaseName.text) : 'cilium',
    namespace: namespaceText ? (namespaceText.opaque ? null : namespaceText.text) : 'kube-system',
    chartVersion: shortVersion(install.version, version.version),
    chartVersionPlace: invocation.lookedUp.get(install.version?.text ?? '') ?? install.version?.place ?? invocation.place,
    installer: 'cilium-cli-workstation',
    ciliumCliVersion: ciliumCliVersion ?? null,
    layers,
    clusters: clusterEvidence(
      invocation,
      lastFlag(line, '--context')?.value,
      read.flatMap((l) => l.filled),
      files,
      layers,
    ),
    rank: ranked.rank,
    rankWhy: `a cilium install ${ranked.why}`,
    findings: [],
  };
  if (declaration.chartVersion === null && version.why)
    declaration.chartVersionWhy = install.version?.text ? `--version ${install.version.text}: ${version.why}` : version.why;
  if (install.chartDirectory)
    declaration.opaque = opaque(
      'the chart comes from a directory (--chart-directory)',
      install.chartDirectory.place,
      install.chartDirectory.text,
    );
  return { declarations: [declaration], unused: [] };
}

/** cilium-cli reads `1.18` as 1.18.0. */
function shortVersion(word: Word | undefined, exact: string | null): string | null {
  if (exact !== null || !word || word.opaque) return exact;
  const short = /^v?(\d+\.\d+)$/.exec(word.text);
  return short ? `${short[1]}.0` : null;
}

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
