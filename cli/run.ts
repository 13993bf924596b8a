import { Argument, Command, CommanderError, Option } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { formats } from '../shared/report/formats.ts';
import { UsageError } from './usage-error.ts';

/** Where a run reads its surroundings from and writes to. */
export interface Surroundings {
  stdout(text: string): void;
  stderr(text: string): void;
  env: NodeJS.ProcessEnv;
  /** Standard output is a terminal. */
  isTerminal: boolean;
  /** Standard error is a terminal. */
  isErrorTerminal: boolean;
  columns: number;
}

/** Runs one command line and gives the exit code: 0 nothing at or above `--fail-on`, 1 something is, 2 could not run, 3 nothing to compare. Never throws. */
export async function run(args: string[], surroundings: Surroundings): Promise<number> {
  let exitCode = 0;
  const program = new Command('cilium-align')
    .description("Says where Talos's bootstrap and Argo CD disagree about Cilium.")
    .version(packageJson.version, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .configureOutput({
      writeOut: surroundings.stdout,
      writeErr: surroundings.stderr,
      outputError: (text, write) =>
        write(
          `cilium-align: ${text
            .trim()
            .replace(/^error: /, '')
            .replace(/\s*\n\s*/g, ' ')}; cilium-align --help shows what there is\n`,
        ),
    })
    .exitOverride()
    .enablePositionalOptions();

  const audit = program
    .command('audit', { isDefault: true })
    .description('compare both sides (the default)')
    .argument('[path]', 'a Git working tree', '.')
    .addOption(new Option('--format <format>', 'how to print').choices(Object.keys(formats)).default('table'))
    .option('--output <file>', 'write to a file instead of standard output')
    .addOption(
      new Option('--fail-on <level>', 'exit with 1 from this level on (default: "error")').choices(['error', 'warning', 'note', 'never']),
    )
    .addOption(new Option('--undecided <policy>', 'whether an undecided outcome exits with 1 (default: "fail")').choices(['fail', 'warn']))
    .option('--base <revision>', 'only what is new since this commit (a branch, a tag, HEAD~1) decides the exit code')
    .option('--cluster <name>', 'only this cluster')
    .option('--bootstrap <path>', BOOTSTRAP)
    .option('--argocd <path>', ARGOCD)
    .option('--config <file>', CONFIG)
    .option('--chart <file>', 'read the chart defaults of its version from this chart archive (.tgz)')
    .addOption(new Option('--show <what>', 'also list what agrees and what is only noted').choices(['all']))
    .helpOption('--help', 'print this help')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, options) => {
      exitCode = await (await import('./audit.ts')).audit(path, options, surroundings);
    });
  program.addHelpText('after', () => `\nOptions of audit, which may be left out:\n${optionsOf(audit)}\n${EXAMPLES}`);

  program
    .command('explain')
    .description('what a rule finds, or what a setting is and what breaks when it drifts')
    .argument('<name>', 'a rule such as kube-proxy-missing, or a Helm path such as ipam.mode')
    .helpOption('--help', 'print this help')
    .action(async (name: string) => {
      const { explain } = await import('./explain.ts');
      explain(name, surroundings);
    });

  program
    .command('values')
    .description("one side's effective values as YAML, with the helm command that proves them")
    .addArgument(new Argument('<side>', 'whose values').choices(['bootstrap', 'argocd']))
    .argument('[path]', 'a Git working tree', '.')
    .option('--cluster <name>', 'of this cluster, where there are several')
    .option('--bootstrap <path>', BOOTSTRAP)
    .option('--argocd <path>', ARGOCD)
    .option('--config <file>', CONFIG)
    .helpOption('--help', 'print this help')
    .action(async (side: 'bootstrap' | 'argocd', path: string, options) => {
      const { printValues } = await import('./values.ts');
      await printValues(side, path, options, surroundings);
    });

  program
    .command('init')
    .description('write .cilium-align.yaml as it would have been inferred')
    .argument('[path]', 'a Git working tree', '.')
    .option('--bootstrap <path>', BOOTSTRAP)
    .option('--argocd <path>', ARGOCD)
    .helpOption('--help', 'print this help')
    .action(async (path: string, options) => {
      const { writeConfiguration } = await import('./init.ts');
      writeConfiguration(path, options, surroundings);
    });

  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof UsageError) surroundings.stderr(`cilium-align: ${message}\n`);
    else {
      surroundings.stderr(
        `cilium-align: this is a bug of cilium-align ${packageJson.version}, please report it (npm bugs cilium-align): ${message.split('\n', 1)[0]}; CILIUM_ALIGN_DEBUG=1 shows where\n`,
      );
      if (surroundings.env.CILIUM_ALIGN_DEBUG === '1' && error instanceof Error) surroundings.stderr(`${error.stack}\n`);
    }
    return 2;
  }
  return exitCode;
}

/** The list of a command's options as its own help has it. */
function optionsOf(command: Command): string {
  return command.helpInformation().split('Options:\n')[1]?.trimEnd() ?? '';
}

const BOOTSTRAP = 'only what stands below this path speaks for the bootstrap; it may lead to another repository';
const ARGOCD = 'only what stands below this path speaks for Argo CD; it may lead to another repository';
const CONFIG = "read this file instead of .cilium-align.yaml at the root of the working tree (of two, Argo CD's)";

const EXAMPLES = `
Examples:
  cilium-align                                  the repository in the current directory
  cilium-align ~/src/homelab --show all         with every setting, also those that agree
  cilium-align --fail-on warning                exit with 1 for warnings too
  cilium-align --base origin/main               what this branch changes, and exit with 1 only for that
  cilium-align --format json --output r.json    the report for a program
  cilium-align --bootstrap talos/ --argocd apps/cilium
                                                where it would not find a side by itself
  cilium-align --bootstrap ../talos             where the bootstrap lies in another repository
  cilium-align explain k8sServiceHost           what a setting does and what breaks
  cilium-align values argocd > values.yaml      what Argo CD's side amounts to

Exit codes: 0 nothing at or above --fail-on, 1 something is (or undecided), 2 could not run, 3 nothing to compare.`;
