import { valid } from 'semver';
import type { FilePlace, Opaque, SetFlag } from '../../model.ts';

/** One word of a command line; `opaque` where it holds something that cannot be known here, `text` is then as written. */
export interface Word {
  text: string;
  place: FilePlace;
  opaque?: Opaque;
}

/** What the flags of one `cilium install` say. */
export interface CiliumInstall {
  version?: Word;
  namespace?: Word;
  releaseName?: Word;
  datapathMode?: Word;
  /** A chart that is not the released one: `--chart-directory`. */
  chartDirectory?: Word;
  /** Values files in their order, comma-separated ones apart. */
  valuesFiles: Word[];
  flags: SetFlag[];
  /** Words that may stand for any flag (`${EXTRA_ARGS}`). */
  unknown: Word[];
  /** It only prints what it would do. */
  dryRun: boolean;
}

/** Flags of every cilium command, which may stand before `install`. */
const PERSISTENT = new Set(['-n', '--namespace', '--context', '--kubeconfig', '--helm-release-name', '--as', '--as-group']);

const SET_FLAGS: Record<string, SetFlag['flag']> = {
  '--set': 'set',
  '--helm-set': 'set',
  '--set-string': 'set-string',
  '--helm-set-string': 'set-string',
  '--set-file': 'set-file',
  '--helm-set-file': 'set-file',
};

/** Flags of cilium-cli before 0.16 that stand for one Helm value. */
const VALUE_FLAGS: Record<string, string> = {
  '--cluster-name': 'cluster.name',
  '--cluster-id': 'cluster.id',
  '--ipam': 'ipam.mode',
  '--ipv4-native-routing-cidr': 'ipv4NativeRoutingCIDR',
  '--kube-proxy-replacement': 'kubeProxyReplacement',
};

const OTHER_VALUES = new Set([
  '--wait-duration',
  '--repository',
  '--history-max',
  '--helm-auto-gen-values',
  '--k8s-version',
  '--config',
  '--encryption',
  '--agent-image',
  '--operator-image',
  '--image-tag',
  '--image-suffix',
  '--inherit-ca',
  '--disable-check',
]);

/** Reads the words behind the program's name; undefined where the subcommand is not `install`. See https://docs.cilium.io/en/stable/cmdref/ and `cilium install --help`. */
export function readCiliumInstall(words: readonly Word[]): CiliumInstall | undefined {
  const found: CiliumInstall = { valuesFiles: [], flags: [], unknown: [], dryRun: false };
  let installs = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const equals = word.text.startsWith('-') ? word.text.indexOf('=') : -1;
    const name = equals < 0 ? word.text : word.text.slice(0, equals);
    if (!name.startsWith('-')) {
      if (word.text === 'install') installs = true;
      else if (word.opaque) found.unknown.push(word);
      else if (!installs) return undefined;
      continue;
    }
    if (word.opaque && /[${]/.test(name)) {
      found.unknown.push(word);
      continue;
    }
    const takes = takesValue(name);
    const short = equals < 0 && /^-[nf]./.test(name) && !name.startsWith('--');
    const value: Word | undefined = short
      ? { ...word, text: word.text.slice(2) }
      : equals >= 0
        ? { ...word, text: word.text.slice(equals + 1) }
        : takes
          ? words[++i]
          : undefined;
    read(found, short ? name.slice(0, 2) : name, value, word);
  }
  return installs ? found : undefined;
}

/** The exact version that a `--version` names, without a leading v; null where it names none. cilium-cli takes `1.18` for 1.18.0. */
export function installedVersion(text: string): string | null {
  const bare = text.trim().replace(/^v/, '');
  return valid(/^\d+\.\d+$/.test(bare) ? `${bare}.0` : bare);
}

function takesValue(name: string): boolean {
  return (
    PERSISTENT.has(name) ||
    name in SET_FLAGS ||
    name in VALUE_FLAGS ||
    OTHER_VALUES.has(name) ||
    ['-f', '--values', '--helm-values', '--version', '--datapath-mode', '--chart-directory'].includes(name)
  );
}

function read(found: CiliumInstall, name: string, value: Word | undefined, word: Word): void {
  if (name === '--dry-run' || name === '--dry-run-helm-values' || name === '--list-versions') found.dryRun ||= value?.text !== 'false';
  if (value === undefined) return;
  const set = SET_FLAGS[name];
  const path = VALUE_FLAGS[name];
  if (name === '--version') found.version = value;
  else if (name === '-n' || name === '--namespace') found.namespace = value;
  else if (name === '--helm-release-name') found.releaseName = value;
  else if (name === '--datapath-mode') found.datapathMode = value;
  else if (name === '--chart-directory') found.chartDirectory = value;
  else if (name === '-f' || name === '--values' || name === '--helm-values') found.valuesFiles.push(...splitAtCommas(value));
  else if (set !== undefined) {
    if (value.opaque && !/^[^=${]+=/.test(value.text)) found.unknown.push(value);
    else found.flags.push({ flag: set, text: value.text, place: word.place, ...(value.opaque ? { opaque: value.opaque } : {}) });
  } else if (path !== undefined) {
    found.flags.push({ flag: 'set', text: `${path}=${value.text}`, place: word.place, ...(value.opaque ? { opaque: value.opaque } : {}) });
  }
}

function splitAtCommas(word: Word): Word[] {
  if (word.opaque || !word.text.includes(',')) return [word];
  return word.text.split(',').map((text) => ({ ...word, text }));
}
