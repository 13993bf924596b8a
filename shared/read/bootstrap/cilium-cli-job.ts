import { valid } from 'semver';
import { defaultChartVersion } from '../../cilium/cilium-cli.ts';
import type { Declaration, FilePlace, Layer, Opaque, Place, Scalar, Tree } from '../../model.ts';
import { inFile, startOf } from '../../place.ts';
import { at, itemsAt, opaque, textAt } from '../../tree.ts';
import { type CiliumInstall, installedVersion, readCiliumInstall, type Word } from './cilium-install-flags.ts';
import { containerScript, type ScriptedInstall } from './container-script.ts';
import { identity, type Lead, type Manifests, uniqueFiles, wordOf } from './manifests.ts';
import { type MountedFile, mountedFile, mountedFiles } from './mounted-files.ts';

/** The installs that a workload's containers run (`cilium install` in a Job or Pod), and the ConfigMaps that they mount. */
export function ciliumCliJobs(workload: Tree, manifests: Manifests, lead: Lead): { declarations: Declaration[]; mounted: Set<Tree> } {
  const declarations: Declaration[] = [];
  const mounted = new Set<Tree>();
  const podSpec = podSpecOf(workload);
  if (podSpec === undefined) return { declarations, mounted };
  for (const container of [...itemsAt(podSpec, 'initContainers'), ...itemsAt(podSpec, 'containers')]) {
    const job: Job = {
      workload,
      podSpec,
      container,
      manifests,
      lead,
      mounted,
      place: inFile(workload.place, startOf('')),
    };
    const { installs, helm } = installsOf(job);
    for (const install of installs) declarations.push(declare(job, install));
    for (const declaration of helm)
      declarations.push({
        ...declaration,
        place: job.place,
        files: uniqueFiles([job.place.file], declaration.files, lead.files),
        clusters: [...lead.clusters],
        rank: lead.rank,
        rankWhy: lead.why,
      });
  }
  return { declarations, mounted };
}

interface Job {
  workload: Tree;
  podSpec: Tree;
  container: Tree;
  manifests: Manifests;
  lead: Lead;
  mounted: Set<Tree>;
  place: FilePlace;
}

/** The pod that a workload runs, whatever its kind. */
export function podSpecOf(workload: Tree): Tree | undefined {
  switch (textAt(workload, 'kind')) {
    case 'Pod':
      return at(workload, 'spec');
    case 'CronJob':
      return at(workload, 'spec.jobTemplate.spec.template.spec');
    case 'Job':
    case 'Deployment':
    case 'DaemonSet':
    case 'StatefulSet':
    case 'ReplicaSet':
      return at(workload, 'spec.template.spec');
    default:
      return undefined;
  }
}

/** One `cilium install`, and the files that its script wrote before it. */
interface Install {
  install: CiliumInstall;
  written?: ScriptedInstall['written'];
}

function installsOf(job: Job): { installs: Install[]; helm: Declaration[] } {
  const words: Word[] = [...itemsAt(job.container, 'command'), ...itemsAt(job.container, 'args')].map((item) =>
    expand(wordOf(item, job.place), job.container),
  );
  const program = words[0];
  if (program === undefined) return { installs: [], helm: [] };
  const name = program.text.slice(program.text.lastIndexOf('/') + 1);
  if (name === 'cilium' || name === 'cilium-cli') return { installs: present(readCiliumInstall(words.slice(1))), helm: [] };
  if (isCiliumCli(imageOf(job.container)?.name) && (name === 'install' || name.startsWith('-')))
    return { installs: present(readCiliumInstall(words)), helm: [] };
  if (!/(^|\/)(ba|da|a|z|k)?sh$|\.sh$/.test(program.text)) return { installs: [], helm: [] };
  const namespace = identity(job.workload)?.namespace ?? 'default';
  const mounted = mountedFiles(job.container, job.podSpec, namespace, job.manifests.objects, job.place);
  const script = containerScript(job.container, mounted, job.place);
  if (script === undefined) return { installs: [], helm: [] };
  if (script.helm.length + script.installs.length > 0)
    for (const file of mounted.values()) if (!('opaque' in file)) job.mounted.add(file.configMap);
  const installs = script.installs.flatMap(({ words: command, written }) =>
    present(readCiliumInstall(command)).map((i) => ({ ...i, written })),
  );
  return { installs, helm: script.helm };
}

const present = (install: CiliumInstall | undefined): Install[] => (install && !install.dryRun ? [{ install }] : []);

/** No shell stands between the Job and the program: what looks like a variable is another tool's. */
const FILLED_IN = /\$\{[^}]+\}|\{\{[^}]+\}\}/;

/** `$(NAME)` of a variable that the container sets: https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/ */
function expand(word: Word, container: Tree): Word {
  if (word.opaque) return word;
  if (FILLED_IN.test(word.text))
    return { ...word, opaque: opaque('something fills it in before the cluster sees it', word.place, word.text) };
  if (!word.text.includes('$(')) return word;
  let unknown: Opaque | undefined;
  const text = word.text.replace(/\$\$|\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)/g, (written: string, name: string | undefined) => {
    if (name === undefined) return '$';
    const variable = itemsAt(container, 'env').find((e) => textAt(e, 'name') === name);
    if (variable === undefined) return written;
    const value = at(variable, 'value');
    if (value?.kind === 'scalar' && value.value !== null) return String(value.value);
    unknown = opaque(`the variable ${name} gets its value in the cluster`, inFile(variable.place, word.place), word.text);
    return written;
  });
  return unknown ? { ...word, opaque: unknown } : { ...word, text };
}

function declare(job: Job, { install, written }: Install): Declaration {
  const { lead } = job;
  const image = imageOf(job.container);
  const cli = isCiliumCli(image?.name) && image?.tag !== undefined ? valid(image.tag.replace(/^v/, '')) : null;
  const helm = cli !== null && cli !== undefined && atLeast(cli, [0, 19, 2]) ? 4 : 3;
  const layers: Layer[] = [];
  const files: string[] = [];
  for (const file of install.valuesFiles) layers.push(valuesLayer(job, file, helm, files, written));
  for (const word of install.unknown)
    layers.push({ kind: 'inline-values', place: word.place, tree: word.opaque ?? opaque('is not a flag of cilium install', word.place) });
  const first = install.flags[0];
  if (first) layers.push({ kind: 'set', place: first.place, flags: install.flags });
  const namespace = install.namespace ?? environment(job.container, 'CILIUM_NAMESPACE', job.place);
  return {
    side: 'bootstrap',
    form: 'cilium-cli-job',
    place: job.place,
    files: uniqueFiles([job.place.file], files, lead.files),
    name: install.releaseName ? known(install.releaseName) : 'cilium',
    namespace: namespace ? known(namespace) : 'kube-system',
    ...chartVersion(install, image, cli, job),
    installer: 'cilium-cli-job',
    ciliumCliVersion: cli,
    ...(cli === null || cli === undefined ? {} : { helm }),
    layers: [...datapath(install), ...layers],
    ...(image && !image.opaque ? { installerImage: { image: image.text, place: image.place } } : {}),
    ...jobOf(job),
    clusters: [...lead.clusters],
    rank: lead.rank,
    rankWhy: lead.why,
    findings: [],
  };
}

function jobOf({ workload, place }: Job): Pick<Declaration, 'job'> {
  if (textAt(workload, 'kind') !== 'Job') return {};
  const ttl = at(workload, 'spec.ttlSecondsAfterFinished');
  return { job: { place, ...(ttl && !(ttl.kind === 'scalar' && ttl.value === null) ? { ttl } : {}) } };
}

function valuesLayer(job: Job, file: Word, helm: 3 | 4, files: string[], written: Install['written']): Layer {
  const layer = (tree: Tree, place: Place): Layer => ({ kind: 'values-file', place, tree });
  if (file.opaque) return layer(file.opaque, file.place);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(file.text)) return layer(opaque('it is fetched from a URL', file.place, file.text), file.place);
  if (file.text === '-') return layer(opaque('it comes through standard input', file.place), file.place);
  const made = written?.(file.text);
  if (made !== undefined && 'kind' in made) return layer(made, file.place);
  if (made !== undefined) {
    const place = { file: made.file, line: made.line, column: made.exact ? made.indent + 1 : (made.column ?? 1) };
    files.push(made.file);
    const text: Scalar = { kind: 'scalar', value: made.text, place, origin: 'set' };
    return layer(
      job.manifests.reader.values(made.exact ? { ...text, block: { line: made.line, indent: made.indent } } : text, helm),
      place,
    );
  }
  const namespace = identity(job.workload)?.namespace ?? 'default';
  const found: MountedFile = mountedFile(file.text, job.container, job.podSpec, namespace, job.manifests.objects, file.place);
  if ('opaque' in found) return layer(found.opaque, file.place);
  job.mounted.add(found.configMap);
  if ('file' in found.text.place) files.push(found.text.place.file);
  if ('file' in found.configMap.place) files.push(found.configMap.place.file);
  return layer(job.manifests.reader.values(found.text, helm), found.text.place);
}

/** An explicit `--datapath-mode` adds its values whatever the routing mode of the user's is. */
function datapath(install: CiliumInstall): Layer[] {
  const mode = install.datapathMode;
  if (mode === undefined || mode.text === 'native') return [];
  if (mode.opaque || mode.text !== 'tunnel')
    return [
      {
        kind: 'implicit',
        place: mode.place,
        tree: mode.opaque ?? opaque(`--datapath-mode ${mode.text} adds values of that cloud`, mode.place),
      },
    ];
  const set = (value: string): Tree => ({ kind: 'scalar', value, place: mode.place, origin: 'installer' });
  const entries = new Map([
    ['routingMode', set('tunnel')],
    ['tunnelProtocol', set('vxlan')],
  ]);
  return [{ kind: 'implicit', place: mode.place, tree: { kind: 'map', entries, place: mode.place, origin: 'installer' } }];
}

type Version = Pick<Declaration, 'chartVersion' | 'chartVersionWhy' | 'chartVersionPlace'>;

function chartVersion(install: CiliumInstall, image: Image | undefined, cli: string | null | undefined, job: Job): Version {
  if (install.chartDirectory)
    return {
      chartVersion: null,
      chartVersionWhy: 'the chart comes from a directory of the container (--chart-directory)',
      chartVersionPlace: install.chartDirectory.place,
    };
  const word = install.version;
  if (word) {
    if (word.opaque)
      return { chartVersion: null, chartVersionWhy: `--version ${word.text}: ${word.opaque.reason}`, chartVersionPlace: word.place };
    const exact = installedVersion(word.text);
    return exact === null
      ? { chartVersion: null, chartVersionWhy: `--version ${word.text} is no exact version`, chartVersionPlace: word.place }
      : { chartVersion: exact, chartVersionPlace: word.place };
  }
  const place = image?.place ?? job.place;
  if (!isCiliumCli(image?.name))
    return {
      chartVersion: null,
      chartVersionWhy: 'there is no --version, and the image does not say which cilium-cli it holds',
      chartVersionPlace: place,
    };
  if (image!.opaque)
    return {
      chartVersion: null,
      chartVersionWhy: `there is no --version, and the image tag cannot be known here: ${image!.opaque.reason}`,
      chartVersionPlace: place,
    };
  if (cli === null || cli === undefined) {
    return {
      chartVersion: null,
      chartVersionWhy: `there is no --version, and the image tag ${image!.tag ?? '(none: latest)'} is no version: it installs what its cilium-cli holds that day`,
      chartVersionPlace: place,
    };
  }
  const version = defaultChartVersion(cli);
  if (!version)
    return {
      chartVersion: null,
      chartVersionWhy: `there is no --version, and what cilium-cli ${cli} installs by itself is not known`,
      chartVersionPlace: place,
    };
  return {
    chartVersion: version,
    chartVersionWhy: `there is no --version: cilium-cli ${cli} installs it by itself`,
    chartVersionPlace: place,
  };
}

interface Image {
  text: string;
  name: string;
  tag?: string;
  place: FilePlace;
  opaque?: Opaque;
}

function imageOf(container: Tree): Image | undefined {
  const image = at(container, 'image');
  if (image === undefined) return undefined;
  const word = wordOf(image, startOf(''));
  const [, name, tag] = /^([^@]*?)(?::([^:/@]*))?(?:@.*)?$/s.exec(word.text) ?? [];
  return {
    text: word.text,
    name: name ?? word.text,
    place: word.place,
    ...(tag ? { tag } : {}),
    ...(word.opaque ? { opaque: word.opaque } : {}),
  };
}

const isCiliumCli = (image: string | undefined): boolean => image !== undefined && /(^|\/)cilium-cli(-ci)?$/.test(image);

const known = (word: Word): string | null => (word.opaque ? null : word.text);

function environment(container: Tree, name: string, place: FilePlace): Word | undefined {
  const variable = itemsAt(container, 'env').find((e) => textAt(e, 'name') === name);
  if (variable === undefined) return undefined;
  const value = at(variable, 'value');
  return value === undefined ? { text: '', place, opaque: opaque('it gets its value in the cluster', place) } : wordOf(value, place);
}

function atLeast(version: string, [major, minor, patch]: readonly [number, number, number]): boolean {
  const [a = 0, b = 0, c = 0] = version.split(/[.-]/).map(Number);
  return a !== major ? a > major : b !== minor ? b > minor : c >= patch;
}
