import { Argument, Option } from 'commander';
import { CommandPage } from '../command-page.ts';
import type { Running } from './running.ts';
import { withCluster, withConfig, withSides } from './side-options.ts';

/** `cilium-align fix --edit SIDE [--write] [path]` */
export function fixCommand(running: Running): CommandPage {
  const page = new CommandPage('fix')
    .summary('the edits after which one side follows the other, as a diff or written')
    .description(
      'Works out the edits of one side after which it says what the other side says, and shows them as a diff. Values files and the valuesObject of Applications are edited in place, everything around the values kept; for what stands elsewhere it prints the edit and its place. Every edit is tried by a check before it is shown.',
    )
    .addArgument(new Argument('[path]', 'a Git working tree').default('.'))
    .optionsGroup('What is edited')
    .addOption(new Option('--edit <side>', 'the side that follows the other one').choices(['bootstrap', 'argocd']).makeOptionMandatory())
    .option('--write', 'write the files; without it nothing is written')
    .addOption(
      new Option('--setting <name>', 'only this setting, also where it is only noted; may stand several times').argParser(collect),
    );
  return withConfig(withCluster(withSides(page)))
    .section('Examples', [
      ['cilium-align fix --edit bootstrap', 'what would be edited, and what is left to do by hand'],
      ['cilium-align fix --edit argocd --write', 'the same for the other side, written'],
      ['cilium-align fix --edit bootstrap --setting hubble.relay', 'only what is below hubble.relay'],
    ])
    .section('Exit codes', [
      ['0', 'nothing is left to do'],
      ['1', 'something is: edits that are not written yet, or what is left to a person'],
      ['2', 'could not run, or a file changed while it did'],
      ['3', 'nothing to compare: one side or both were not found'],
    ])
    .action(async (path: string, options) => {
      running.exitCode = await (await import('../fix.ts')).printFix(path, options, running.surroundings);
    });
}

function collect(name: string, before: string[] = []): string[] {
  return [...before, name];
}
