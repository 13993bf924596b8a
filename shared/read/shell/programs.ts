import type { Tool } from './invocation.ts';
import { firstUnknown, knownText, type Text, writtenText } from './text.ts';

/** Programs whose command lines are kept, by every name that they have. */
export const TOOLS: Record<string, Tool> = {
  helm: 'helm',
  cilium: 'cilium',
  'cilium-cli': 'cilium',
  kustomize: 'kustomize',
  kubectl: 'kubectl',
  k: 'kubectl',
  kubecolor: 'kubectl',
  oc: 'kubectl',
  helmfile: 'helmfile',
  talosctl: 'talosctl',
};

/** Programs that run the command that stands behind their own words. */
export const WRAPPERS = new Set([
  'sudo',
  'env',
  'time',
  'nice',
  'command',
  'exec',
  'nohup',
  'timeout',
  'retry',
  'watch',
  'doppler',
  'dotenv',
  'devbox',
  'mise',
  'nix',
  'op',
  'sops',
  'aws-vault',
  'direnv',
  'chronic',
  'builtin',
  'stdbuf',
  'unbuffer',
]);

/** The program's name without its directory; where it is one of several that mean the same, that. */
export function commandName(text: Text): string | undefined {
  const known = knownText(text);
  if (known !== undefined) {
    const base = known.slice(known.lastIndexOf('/') + 1);
    return Object.hasOwn(TOOLS, base) ? base : known;
  }
  const unknown = text.length === 1 ? firstUnknown(text) : undefined;
  if (unknown?.oneOf) {
    const tools = new Set(unknown.oneOf.map((name) => TOOLS[name.slice(name.lastIndexOf('/') + 1)]).filter((t) => t !== undefined));
    if (tools.size === 1) return [...tools][0];
  }
  if (
    unknown?.given &&
    unknown.name &&
    /^(helm|cilium(_?cli)?|kustomize|kubectl|helmfile)(_?(bin|cmd|exe|path|command))?$/i.test(unknown.name)
  ) {
    return unknown.name
      .toLowerCase()
      .replace(/_?(bin|cmd|exe|path|command|cli)$/g, '')
      .replace(/_cli$/, '');
  }
  const last = text.at(-1);
  if (typeof last === 'string' && last.includes('/')) {
    const base = last.slice(last.lastIndexOf('/') + 1);
    return Object.hasOwn(TOOLS, base) ? base : writtenText(text);
  }
  return undefined;
}
