import { Option } from 'commander';
import { formats } from '../../shared/report/formats.ts';
import { CommandPage } from '../command-page.ts';
import type { Running } from './running.ts';
import { COMPARED, withCluster, withConfig, withSides } from './side-options.ts';

/** `cilium-align [path]` */
export function auditCommand(running: Running): CommandPage {
  const page = new CommandPage('audit')
    .summary('compare both sides; this is meant where no command is named')
    .description(
      "Compares what Talos's bootstrap and Argo CD say about Cilium, and prints where they disagree, why it matters and which edit of either side mends it.",
    )
    .argument('[path]', 'a Git working tree', '.');
  withConfig(withCluster(withSides(page)))
    .optionsGroup(COMPARED)
    .option('--chart <file>', 'read the chart defaults of its version from this chart archive (.tgz)')
    .optionsGroup('What fails')
    .choice('--fail-on <level>', 'exit with 1 from this level on', ['error', 'warning', 'note', 'never'], 'error')
    .choice('--undecided <policy>', 'whether an undecided outcome exits with 1', ['fail', 'warn'], 'fail')
    .option('--base <revision>', 'only what is new since this commit (a branch, a tag, HEAD~1) decides the exit code')
    .optionsGroup('What is printed')
    .addOption(new Option('--format <format>', 'how to print').choices(Object.keys(formats)).default('table'))
    .option('--output <file>', 'write to a file instead of standard output')
    .choice('--show <what>', 'list what agrees and what is only noted, too', ['all']);
  return page
    .section('Examples', [
      ['cilium-align', 'the repository in the current directory'],
      ['cilium-align ~/src/homelab --show all', 'with every setting, also those that agree'],
      ['cilium-align --fail-on warning', 'exit with 1 for warnings too'],
      ['cilium-align --base origin/main', 'what this branch changes, and exit with 1 only for that'],
      ['cilium-align --format json --output report.json', 'the report for a program'],
      ['cilium-align --bootstrap talos/ --argocd apps/cilium', 'where it would not find a side by itself'],
      ['cilium-align --bootstrap ../talos', 'where the bootstrap lies in another repository'],
    ])
    .section('Exit codes', [
      ['0', 'nothing at or above --fail-on'],
      ['1', 'something is, or the outcome is undecided'],
      ['2', 'could not run: bad arguments, an unreadable folder, a faulty configuration'],
      ['3', 'nothing to compare: one side or both were not found'],
    ])
    .action(async (path: string, options) => {
      running.exitCode = await (await import('../audit.ts')).audit(path, options, running.surroundings);
    });
}
