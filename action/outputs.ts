import { setOutput } from '@actions/core';
import type { Surroundings } from './surroundings.ts';

/** Every output and what it holds; action.yml and docs/action.md are generated from this list. All are small texts. */
export const outputDefinitions = {
  outcome: '`drifted`, `undecided`, `aligned` or `nothing` (one side or both were not found).',
  failed: '`true` where the findings fail the step, whatever `continue-on-error` makes of it.',
  drifted: '`true` where the outcome is `drifted`.',
  errors: 'How many errors there are that nobody allows.',
  warnings: 'How many warnings.',
  notes: 'How many notes.',
  introduced: 'How many differences and findings are new against the base; empty without a base.',
  resolved: 'How many are gone against the base; empty without a base.',
  base: 'The commit that was compared with; empty without a base.',
  'pull-request': 'Number of the pull request; empty where the run is for none.',
  'comment-id': 'Id of the comment; empty where there is none.',
  'report-json': 'Path of the report as JSON (described by schema/report.schema.json).',
  'report-sarif': 'Path of the report as SARIF, for github/codeql-action/upload-sarif.',
  'summary-file': 'Path of the summary as Markdown.',
} as const satisfies Record<string, string>;

/** The name of an output. */
export type OutputName = keyof typeof outputDefinitions;

/** Values by name; what is left out is empty. */
export type Outputs = Partial<Record<OutputName, string | number | boolean | undefined>>;

/** Gives every output to the runner, those without a value as empty texts; a runner without a file for them gets none. Throws where that file cannot be written. */
export function writeOutputs(outputs: Outputs, env: Surroundings['env']): void {
  // Without the file the library would print a command that runners no longer obey.
  if (!env.GITHUB_OUTPUT) return;
  for (const name of Object.keys(outputDefinitions) as OutputName[]) setOutput(name, outputs[name] ?? '');
}
