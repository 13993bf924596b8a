import { CommandPage } from '../command-page.ts';
import type { Running } from './running.ts';
import { withSides } from './side-options.ts';

/** `cilium-align init [path]` */
export function initCommand({ surroundings }: Running): CommandPage {
  const page = new CommandPage('init')
    .summary('write .cilium-align.yaml as it would have been inferred')
    .description(
      'Writes .cilium-align.yaml with the clusters and paths that were found, and comments, and prints it. A file that is there stays as it is.',
    )
    .argument('[path]', 'a Git working tree', '.');
  return withSides(page)
    .section('Exit codes', [
      ['0', 'written'],
      ['2', 'there is a configuration already, or it cannot be written'],
    ])
    .action(async (path: string, options) => {
      (await import('../init.ts')).writeConfiguration(path, options, surroundings);
    });
}
