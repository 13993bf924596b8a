import type { Invocation } from '../../language/shell/invocation.ts';
import { type Argument, knownText, writtenText } from '../../language/shell/text.ts';

/** How a command gets to a cluster what it renders. */
export interface Installing {
  installs: 'now' | 'to a file' | 'by hand';
}

/** What a command that renders or installs is good for. `looks`: it changes nothing and keeps nothing; the reason completes "not read: …". */
export type Purpose = Installing | { looks: string };

/** Programs that take manifests and bring them to a cluster. */
const APPLIES = /^(apply|create|replace)$/;
/** Directories and names that say what a rendered file is for. */
const FOR_BOOTSTRAP = /bootstrap|inline|talos|cilium|cni|install|omni|machine|day-?0/i;

/** What becomes of the manifests that a command prints. */
export function purposeOfOutput(invocation: Invocation): Purpose {
  for (const consumer of invocation.consumers) {
    const applied = appliedBy(consumer);
    if (applied === true) return { installs: 'now' };
    if (applied === false) return { looks: 'its output is only compared or tried' };
  }
  const last = invocation.consumers.at(-1);
  const consumer = last && programOf(last);
  switch (invocation.output) {
    case 'nowhere':
      return { looks: 'its output is thrown away' };
    case 'comparison':
      return { looks: 'its output is only compared' };
    case 'variable':
      return consumer !== undefined && !/^(yq|sed|awk|envsubst|tee|cat|tr)$/.test(consumer)
        ? { looks: `its output only goes to ${consumer}` }
        : { installs: 'now' };
    case 'file':
      if (consumer !== undefined && !/^(yq|sed|awk|envsubst|tee|cat|tr|perl|python3?)$/.test(consumer))
        return { looks: `its output only goes to ${consumer}` };
      return { installs: 'to a file' };
    default:
      if (consumer === 'tee') return { installs: 'to a file' };
      // A reader of a script that prints pipes it on; in a document it shows what comes out.
      if (consumer === undefined)
        return invocation.commands.rank <= 2 ? { looks: 'it only prints what it renders' } : { installs: 'by hand' };
      return { looks: `its output only goes to ${consumer}` };
  }
}

/** True where a command of the pipe applies what it gets, false where it only tries; undefined where it does neither. */
function appliedBy(words: readonly Argument[]): boolean | undefined {
  const program = programOf(words);
  const rest = words.slice(1).map((w) => writtenText(w.text));
  if (program === 'xargs' || program === 'sudo') {
    const inner = words.findIndex((w, i) => i > 0 && /^(kubectl|k)$/.test(knownText(w.text) ?? ''));
    return inner > 0 ? appliedBy(words.slice(inner)) : undefined;
  }
  if (program !== undefined && /^(kubectl|k|oc|kubecolor)$/.test(program)) {
    if (rest.some((w) => /^--dry-run(=(client|server))?$/.test(w))) return false;
    if (rest.includes('diff')) return false;
    return rest.some((w) => APPLIES.test(w)) ? true : undefined;
  }
  if (program !== undefined && /^(kapp|talosctl|omnictl)$/.test(program)) return true;
  if (program !== undefined && /kubectl|^KUBECTL$/i.test(program) && rest.some((w) => APPLIES.test(w))) return true;
  if (
    program !== undefined &&
    /^(kubeconform|kubeval|kube-linter|diff|dyff|conftest|pluto|polaris|datree|kubesec|trivy|checkov|wc|grep|less|more|head|tail|md5sum|sha256sum)$/.test(
      program,
    )
  )
    return false;
  return undefined;
}

function programOf(words: readonly Argument[]): string | undefined {
  const text = words[0] && writtenText(words[0].text).replace(/^["']|["']$/g, '');
  return text?.slice(text.lastIndexOf('/') + 1).replace(/^\$\{?(\w+)\}?$/, '$1');
}

/** How much a command speaks for being what the cluster is installed with, and why. */
export function rankOf(invocation: Invocation, purpose: Installing): { rank: 1 | 2 | 3 | 4; why: string } {
  const { rank, where } = invocation.commands;
  if (rank <= 2) return { rank, why: where };
  if (purpose.installs === 'now') return { rank, why: `${where}, which applies it` };
  if (purpose.installs === 'by hand') return { rank: 2, why: `${where}, which only prints it` };
  const path = invocation.outputPath ? writtenText(invocation.outputPath) : '';
  const clear = FOR_BOOTSTRAP.test(path) || FOR_BOOTSTRAP.test(invocation.place.file) || FOR_BOOTSTRAP.test(where);
  return clear
    ? { rank, why: `${where}, which renders it to ${path || 'a file'}` }
    : { rank: 3, why: `${where}, which renders it to ${path || 'a file'}` };
}
