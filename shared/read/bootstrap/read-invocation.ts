import type { Invocation } from '../../language/shell/invocation.ts';
import { readCiliumCommand } from './cilium-command.ts';
import { type CommandFindings, readHelmCommand } from './helm-command.ts';
import { readKustomizeCommand } from './kustomize-command.ts';

/** What one command line installs by itself; helmfile's and `kubectl apply -f` are read together with others of their kind. `ciliumCli`: the version that the repository pins. */
export function readInvocation(invocation: Invocation, ciliumCli: () => string | undefined): CommandFindings {
  switch (invocation.tool) {
    case 'helm':
      return readHelmCommand(invocation);
    case 'cilium':
      return readCiliumCommand(invocation, ciliumCli());
    case 'kustomize':
    case 'kubectl':
      return readKustomizeCommand(invocation);
    default:
      return { declarations: [], unused: [] };
  }
}
