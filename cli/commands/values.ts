import { Argument } from 'commander';
import { CommandPage } from '../command-page.ts';
import type { Running } from './running.ts';
import { withCluster, withConfig, withSides } from './side-options.ts';

/** `cilium-align values SIDE [path]` */
export function valuesCommand({ surroundings }: Running): CommandPage {
  const page = new CommandPage('values')
    .summary("one side's values as YAML, with the helm command that proves them")
    .description(
      "Prints one side's values, merged as Helm merges them, as a values file; above them the helm command that renders them, and what cannot be known from Git. Secrets are left out.",
    )
    .addArgument(new Argument('<side>', 'whose values').choices(['bootstrap', 'argocd']))
    .argument('[path]', 'a Git working tree', '.');
  return withConfig(withCluster(withSides(page)))
    .section('Examples', [
      ['cilium-align values argocd > values.yaml', "what Argo CD's side amounts to"],
      ['cilium-align values bootstrap --cluster prod', 'of one of several clusters'],
    ])
    .section('Exit codes', [
      ['0', 'printed'],
      ['2', 'there is no such side, or there are several, or it has no values: a rendered manifest'],
    ])
    .action(async (side: 'bootstrap' | 'argocd', path: string, options) => {
      await (await import('../values.ts')).printValues(side, path, options, surroundings);
    });
}
