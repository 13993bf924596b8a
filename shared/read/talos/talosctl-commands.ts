import type { Candidate } from '../../discover/candidate.ts';
import type { Invocation } from '../../language/shell/invocation.ts';
import { findPaths, pathKey } from '../../language/shell/paths.ts';
import { firstUnknown, isPassedOn, knownText, opaqueOf, type Text, writtenText } from '../../language/shell/text.ts';
import { newWorld } from '../../language/shell/world.ts';
import { textAtPlace } from '../../language/source-text.ts';
import type { Cell, FilePlace, TalosCluster, Tree } from '../../model.ts';
import { startOf } from '../../place.ts';
import type { Repository } from '../../repository/repository.ts';
import { textAt } from '../../tree.ts';
import { type CommandLine, type Flag, lastFlag, readFlags } from '../commands/command-flags.ts';
import { followCommands } from '../commands/index.ts';
import { shellScripts } from '../commands/shell-script.ts';
import { namedBy } from './cluster-names.ts';
import { clusterOfMachines } from './cluster-of-machines.ts';
import { type Machine, talosMinor } from './machines.ts';
import { missingFile, type PatchText, patchFile, patchOf } from './patch-text.ts';
import { rankAt } from './set-aside.ts';

const MAKES_CONFIGURATION =
  /talosctl\b[\s\S]{0,400}?\b(?:gen(?:erate)?\s+config|machineconfig|machine-config|cluster\s+create|patch\s+m|--config-patch)/;

const LARGEST = 1024 * 1024;
/** Enough for every script that only generates and patches. */
const STEPS = 20_000;
/** Nodes whose patches differ by name only. */
const MOST_ALTERNATIVES = 24;

const VALUED: ReadonlySet<string> = new Set(
  '--config-patch --config-patch-control-plane --config-patch-controlplane --config-patch-worker --patch -p --patch-file --output -o --output-dir --output-types -t --talos-version --kubernetes-version --with-secrets --install-disk --install-image --additional-sans --dns-domain --registry-mirror --version --name --provisioner --nodes -n --endpoints -e --talosconfig --context --cluster --mode -m --file -f --cidr --image --controlplanes --workers --cpus --memory --disk --mtu'.split(
    ' ',
  ),
);

type Role = 'controlplane' | 'worker';

/** One machine configuration that commands make, by the file that it is written to. */
interface Made {
  role: Role;
  key: string;
  patches: PatchText[];
  /** It is only the input of another. */
  superseded: boolean;
  /** Nothing has patched it yet. */
  fresh?: true;
}

/** The commands of one script or recipe file that make configurations of one cluster. */
interface Group {
  name: string | null;
  generated: Invocation | undefined;
  first: Invocation;
  made: Made[];
  talosVersion: Cell | undefined;
  kubernetesVersion: Cell | undefined;
}

/**
 * Clusters whose machine configurations commands make: `talosctl gen config`, `talosctl cluster create` and `talosctl machineconfig patch` in scripts and recipes, patches in the order in which they are applied.
 * https://docs.siderolabs.com/talos/latest/reference/cli
 */
export function talosctlClusters(repository: Repository, candidates: readonly Candidate[]): TalosCluster[] {
  const mentions = candidates.filter(({ text }) => text.length <= LARGEST && text.includes('talosctl') && MAKES_CONFIGURATION.test(text));
  if (mentions.length === 0) return [];
  const { world } = followCommands(repository, candidates);
  // A script that gives up without a variable of its caller's is followed as if the variable were there, too.
  const given = newWorld(repository, (name) => world.environment(name) ?? givenByCaller(name));
  given.steps = STEPS;
  for (const { path, text } of mentions) if (shellScripts.reads(path, text)) shellScripts.run(path, text, given);
  return groupsOf(callsOf([...world.invocations, ...given.invocations]))
    .map(clusterOf)
    .filter(
      ({ owner, facts, manifests, findings, rank }) =>
        owner !== 'talosctl' || rank > 3 || Object.keys(facts).length + manifests.length + findings.length > 0,
    );
}

/** A variable that whoever runs a script gives it. */
function givenByCaller(name: string): Text | undefined {
  if (!/^[A-Z][A-Z0-9_]*$/.test(name) || name === 'PWD' || name === 'HOME') return undefined;
  return [{ written: `\${${name}}`, reason: `the variable ${name} is not set in Git`, place: startOf(''), name }];
}

/** A command of which the same place of a script was reached with least left open. */
interface Call {
  invocation: Invocation;
  line: CommandLine;
  verb: Verb;
}

function callsOf(invocations: readonly Invocation[]): Call[] {
  const byPlace = new Map<string, { calls: Call[]; open: number }>();
  for (const invocation of invocations) {
    if (invocation.tool !== 'talosctl' || invocation.commands.rank < 3) continue;
    const line = readFlags(invocation.arguments, VALUED);
    const verb = verbOf(line.positional.map(({ text }) => knownText(text)));
    if (!verb || invocation.commands.looks) continue;
    const { file, line: row, column } = invocation.place;
    const key = `${file}:${row}:${column}`;
    const open = invocation.arguments.filter(({ text }) => knownText(text) === undefined || knownText(text) === '').length;
    const known = byPlace.get(key);
    if (!known || open < known.open) byPlace.set(key, { calls: [{ invocation, line, verb }], open });
    else if (open === known.open && !known.calls.some((call) => sameWords(call.invocation, invocation)))
      known.calls.push({ invocation, line, verb });
  }
  return [...byPlace.values()].flatMap(({ calls }) => calls);
}

function sameWords(a: Invocation, b: Invocation): boolean {
  return (
    a.arguments.length === b.arguments.length && a.arguments.every(({ text }, i) => writtenText(text) === writtenText(b.arguments[i]!.text))
  );
}

function groupsOf(calls: readonly Call[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { invocation, line, verb } of calls) {
    if (verb === 'patch') continue;
    const text = verb === 'create' ? lastFlag(line, '--name')?.value : line.positional[2]?.text;
    const name = (text && knownText(text)) || null;
    const key = `${invocation.place.file} ${name}`;
    const group = groups.get(key) ?? emptyGroup(name, invocation);
    groups.set(key, group);
    addGenerated(group, invocation, line, verb);
  }
  for (const { invocation, line, verb } of calls) {
    if (verb !== 'patch' || !hasPatches(line)) continue;
    const inFile = [...groups.values()].filter(({ first, made }) => first.place.file === invocation.place.file && made.length > 0);
    // A function that patches may stand above the call that generates what it is given.
    const group = inFile.findLast(({ first }) => first.place.line <= invocation.place.line) ?? inFile[0] ?? emptyGroup(null, invocation);
    groups.set(`${group.first.place.file} ${group.name}`, group);
    addPatched(group, invocation, line);
  }
  return [...groups.values()].filter(({ made }) => made.some(({ superseded }) => !superseded));
}

function emptyGroup(name: string | null, first: Invocation): Group {
  return { name, generated: undefined, first, made: [], talosVersion: undefined, kubernetesVersion: undefined };
}

type Verb = 'generate' | 'create' | 'patch';

function verbOf(words: readonly (string | undefined)[]): Verb | undefined {
  const [first, second] = words;
  if (first === 'gen' || first === 'generate') return second === 'config' ? 'generate' : undefined;
  if (first === 'machineconfig' || first === 'mc') return second === 'gen' ? 'generate' : second === 'patch' ? 'patch' : undefined;
  if (first === 'cluster') return second === 'create' ? 'create' : undefined;
  if (first === 'patch') return /^(mc|machineconfigs?|machineconfiguration)$/.test(second ?? '') ? 'patch' : undefined;
  if (first === 'apply-config' || first === 'apply') return 'patch';
  return undefined;
}

function hasPatches(line: CommandLine): boolean {
  return line.flags.some(({ name }) => /^(-p|--patch|--patch-file|--config-patch.*)$/.test(name));
}

function addGenerated(group: Group, invocation: Invocation, line: CommandLine, verb: Verb): void {
  const types = lastFlag(line, '--output-types', '-t');
  const wanted = types && knownText(types.value);
  const roles = (['controlplane', 'worker'] as const).filter((role) => wanted === undefined || wanted.includes(role));
  if (roles.length === 0) return;
  group.generated ??= invocation;
  group.talosVersion ??= versionCell(lastFlag(line, '--talos-version'));
  group.kubernetesVersion ??= versionCell(lastFlag(line, '--kubernetes-version'));
  const output = lastFlag(line, '--output', '-o', '--output-dir');
  for (const role of roles) {
    const names =
      role === 'controlplane'
        ? ['--config-patch', '--config-patch-control-plane', '--config-patch-controlplane']
        : ['--config-patch', '--config-patch-worker'];
    const [common, own] = [names.slice(0, 1), names.slice(1)].map((some) => line.flags.filter((flag) => some.includes(flag.name)));
    const written = output ? writtenText(output.value) : '';
    const key =
      verb === 'create' ? '' : roles.length === 1 && /\.ya?ml$/.test(written) ? written : `${written ? `${written}/` : ''}${role}.yaml`;
    for (const patches of alternatives([...common!, ...own!], invocation))
      group.made.push({ role, key, patches: [...patches, ...hiddenPatches(line)], superseded: false, fresh: true });
  }
}

function addPatched(group: Group, invocation: Invocation, line: CommandLine): void {
  const flags = line.flags.filter(({ name }) => ['--patch', '-p', '--patch-file', '--config-patch'].includes(name));
  if (flags.length === 0) return;
  const source = lastFlag(line, '--file', '-f')?.value ?? line.positional[2]?.text ?? [];
  const key = writtenText(source);
  const output = lastFlag(line, '--output', '-o');
  const target = output ? writtenText(output.value) : key;
  const inputs = group.made.filter((made) => made.key === key);
  // A file that was moved meanwhile, or a running machine: its role is in its name, or it may have either.
  const role = /worker/i.test(key) ? 'worker' : /control|master|(^|[/_-])cp/i.test(key) ? 'controlplane' : undefined;
  const sources = inputs.length > 0 ? inputs : group.made.filter((made) => made.fresh && (role === undefined || made.role === role));
  const starts: Made[] = sources.length > 0 ? sources : startsOf(source, key, role, invocation);
  for (const start of starts) {
    start.superseded = true;
    if (target === key && start.key === key) group.made = group.made.filter((made) => made !== start);
    for (const patches of alternatives(flags, invocation))
      group.made.push({
        role: start.role,
        key: target,
        patches: [...start.patches, ...patches, ...hiddenPatches(line)],
        superseded: false,
      });
  }
}

/** What a command patches where no command before it made it: a configuration of the repository, or a running machine. */
function startsOf(source: Text, key: string, role: Role | undefined, invocation: Invocation): Made[] {
  const whole = wholeConfiguration(source, invocation);
  const patches = whole ? [whole] : [];
  const type =
    whole && 'kind' in whole.patch
      ? undefined
      : whole && (whole.patch as readonly Tree[]).map((tree) => textAt(tree, 'machine.type')).find((t) => t !== undefined);
  const own = type === undefined ? role : type === 'worker' ? 'worker' : 'controlplane';
  return (own ? [own] : (['controlplane', 'worker'] as const)).map((r): Made => ({ role: r, key, patches, superseded: false }));
}

function wholeConfiguration(path: Text, invocation: Invocation): PatchText | undefined {
  const { directory } = invocation;
  const written = directory.written.get(pathKey(path, directory));
  if (written && 'exact' in written) return patchOf(written);
  const found = findPaths(path, directory, 'file')[0];
  return found && patchFile(directory.repository, found.path, invocation.place);
}

/** Words that may stand for any flags may stand for patches. */
function hiddenPatches({ unknown }: CommandLine): PatchText[] {
  return unknown
    .filter((word) => !isPassedOn(word))
    .map(({ text, place }) => ({ patch: { ...opaqueOf(firstUnknown(text)!), place }, files: [] }));
}

/** The patches that flags name; several lists where a variable in a path stands for several files. */
function alternatives(flags: readonly Flag[], invocation: Invocation): PatchText[][] {
  const each = flags.map((flag) => patchesOf(flag, invocation));
  const most = Math.min(MOST_ALTERNATIVES, Math.max(1, ...each.map((some) => some.length)));
  return Array.from({ length: most }, (_, i) => each.map((some) => some[Math.min(i, some.length - 1)]!));
}

function patchesOf({ value, argument }: Flag, invocation: Invocation): PatchText[] {
  const place = argument.place;
  const [first, ...rest] = value;
  const marked = typeof first === 'string' && first.startsWith('@');
  const known = knownText(value);
  const path: Text | undefined = marked
    ? [first.slice(1), ...rest].filter((piece) => piece !== '')
    : known === undefined || !/[\n {[]/.test(known)
      ? value
      : undefined;
  if (path === undefined) return [patchOf(textAtPlace(known ?? '', place))];
  const written = invocation.directory.written.get(pathKey(path, invocation.directory));
  if (written && 'text' in written && 'exact' in written) return [patchOf(written)];
  for (const ending of ['', '.template', '.tmpl', '.tpl', '.j2', '.gotmpl', '.tftpl']) {
    // What a script makes out of a template beside it is read as the template.
    const found = findPaths(ending === '' ? path : [...path, ending], invocation.directory, 'file');
    if (found.length > 0) return found.map((one) => patchFile(invocation.directory.repository, one.path, place));
  }
  const unknown = firstUnknown(value);
  return [{ patch: unknown ? { ...opaqueOf(unknown), place } : missingFile(writtenText(path), place), files: [] }];
}

function versionCell(flag: Flag | undefined): Cell | undefined {
  if (!flag) return undefined;
  const known = knownText(flag.value);
  const place = flag.argument.place;
  if (known === '') return undefined;
  if (known !== undefined) return { value: known.replace(/^v/, ''), origin: 'set', place };
  return { value: null, origin: 'opaque', place, why: firstUnknown(flag.value)?.reason ?? 'a script fills it in' };
}

function clusterOf(group: Group): TalosCluster {
  const { name, first, generated } = group;
  const place: FilePlace = (generated ?? first).place;
  const machines: Machine[] = group.made
    .filter(({ superseded }) => !superseded)
    .map(({ role, key, patches }) => ({ role, name: key === '' ? (role === 'worker' ? 'workers' : 'control planes') : key, patches }));
  const version = group.talosVersion?.origin === 'set' ? talosMinor(String(group.talosVersion.value)) : undefined;
  const stated: Record<string, Cell> = {};
  if (group.talosVersion) stated.talosVersion = group.talosVersion;
  if (group.kubernetesVersion) stated.kubernetesVersion = group.kubernetesVersion;
  if (name !== null) stated.clusterName = { value: name, origin: 'set', place };
  return clusterOfMachines({
    name,
    clusters: namedBy(name, `talosctl in ${place.file} names it`, 3),
    place,
    owner: 'talosctl',
    rank: rankAt(place.file, generated ? 4 : 3),
    files: [place.file, ...(generated ?? first).trail],
    // Without a patch, what is generated is there for its secrets or to be edited: Git does not show what machines get.
    base:
      generated && machines.some(({ patches }) => patches.length > 0)
        ? { kind: 'generated', by: 'talosctl gen config', ...(version === undefined ? {} : { minor: version, contract: version }) }
        : { kind: 'unknown' },
    machines,
    stated,
  });
}
