import type { CommandPage } from '../command-page.ts';

/** The heading of options that choose what is compared. */
export const COMPARED = 'What is compared';

/** Adds the options that say where each side stands. */
export function withSides(command: CommandPage): CommandPage {
  return command
    .optionsGroup(COMPARED)
    .option('--bootstrap <path>', 'only what stands below this path speaks for the bootstrap; it may lead to another repository')
    .option('--argocd <path>', "the same for Argo CD's side");
}

/** Adds the option that picks one of several clusters. */
export function withCluster(command: CommandPage): CommandPage {
  return command.optionsGroup(COMPARED).option('--cluster <name>', 'only this one of several clusters');
}

/** Adds the option that names another configuration. */
export function withConfig(command: CommandPage): CommandPage {
  return command
    .optionsGroup(COMPARED)
    .option('--config <file>', "read this file instead of .cilium-align.yaml at the root of the working tree (of two, Argo CD's)");
}
