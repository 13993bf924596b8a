import * as z from 'zod';
import { CLUSTER_NAME } from './config.ts';

const level = z.enum(['error', 'warning', 'note'], { error: 'must be error, warning or note' });

const path = z.string().min(1, { error: 'must name a path; `.` is the whole repository' });

const paths = z
  .union([path, z.array(path).min(1, { error: 'must name a path' })], { error: 'must be a path, or a list of paths' })
  .describe("A file or folder, or a list of them, relative to the repository's root.");

const cluster = z
  .strictObject(
    {
      name: z
        .string({ error: 'must be a text: write it in quotes' })
        .regex(CLUSTER_NAME, { error: 'must begin with a letter or digit, and hold only these, blanks and ._-:@/()' })
        .describe('What the report calls the cluster.'),
      talos: paths
        .optional()
        .meta({ description: "Where its Talos machine configuration stands. A bootstrap below these paths is this cluster's too." }),
      bootstrap: paths.optional().meta({ description: 'Only what stands below these paths speaks for its bootstrap.' }),
      argocd: paths.optional().meta({ description: 'Only what stands below these paths speaks for its Argo CD side.' }),
    },
    { error: 'must be a map with a name' },
  )
  .meta({ id: 'Cluster' });

const allowance = z
  .strictObject(
    {
      setting: z
        .string({ error: 'must be the Helm path of a setting' })
        .optional()
        .describe('The Helm path whose difference is allowed, or `version`. Beside `rule`: only findings about this setting.'),
      rule: z.string({ error: 'must be the id of a rule' }).optional().describe('The rule whose findings are allowed.'),
      cluster: z.string({ error: 'must be the name of a cluster: write it in quotes' }).optional().describe('Only in this cluster.'),
      reason: z
        .string({ error: 'must be a text that says why this is allowed' })
        .regex(/\S/, { error: 'must say why this is allowed' })
        .describe('Why; it is shown in every report.'),
      until: z.iso
        .date({ error: 'must be a date such as 2027-01-31' })
        .optional()
        .describe('The last day on which it is allowed, as YYYY-MM-DD; from the next day on the difference or finding counts again.'),
    },
    { error: 'must be a map with a setting or a rule, and a reason' },
  )
  .meta({ id: 'Allowance', anyOf: [{ required: ['setting'] }, { required: ['rule'] }] });

/** The shape of `.cilium-align.yaml`; schema/config.schema.json is generated from it. Errors complete "`key` …". */
export const configSchema = z
  .strictObject(
    {
      clusters: z
        .array(cluster, { error: 'must be a list of clusters' })
        .optional()
        .describe('Which files belong to which cluster, where that is not to be inferred.'),
      'fail-on': z
        .enum(['error', 'warning', 'note', 'never'], { error: 'must be error, warning, note or never' })
        .optional()
        .describe('From which level on the exit code is 1.'),
      undecided: z
        .enum(['fail', 'warn'], { error: 'must be fail or warn' })
        .optional()
        .describe('Whether the exit code is 1 where something that could be an error cannot be known.'),
      levels: z
        .record(z.string(), level, { error: 'must be a map of settings and rules to levels' })
        .optional()
        .describe('Other levels than the built-in ones, by the id of a rule or the Helm path of a setting.'),
      allow: z
        .array(allowance, { error: 'must be a list of allowances' })
        .optional()
        .describe('Differences and findings that are meant to be.'),
    },
    { error: 'must be a map' },
  )
  .meta({ title: 'cilium-align configuration', description: 'The file .cilium-align.yaml at the root of a repository.' });

/** What was written, as it was validated. */
export type WrittenConfig = z.infer<typeof configSchema>;

/** The keys that the map at a path of the file may have; undefined where any may stand or none is. */
export function keysAt(path: readonly PropertyKey[]): readonly string[] | undefined {
  if (path.length === 0) return Object.keys(configSchema.shape);
  if (path.length !== 2) return undefined;
  return path[0] === 'clusters' ? Object.keys(cluster.shape) : path[0] === 'allow' ? Object.keys(allowance.shape) : undefined;
}
