import { z } from 'zod';

const level = z.enum(['error', 'warning', 'note']);
const side = z.enum(['bootstrap', 'argocd']);
const change = z.enum(['introduced', 'existing', 'resolved']).optional().describe('Against the base, where one was compared with.');
const outcome = z.enum(['aligned', 'drifted', 'undecided', 'nothing']);
const suppressed = z.strictObject({ reason: z.string(), until: z.string().optional() }).optional();

const place = z
  .union([
    z.strictObject({
      file: z.string().describe("Relative to the repository's root; `name:/path` where there are two repositories."),
      line: z.int().min(1),
      column: z.int().min(1),
    }),
    z.strictObject({ source: z.string().describe('Who speaks where nobody wrote anything, such as `chart default 1.18.2`.') }),
  ])
  .meta({ id: 'Place' });

const cell = z
  .strictObject({
    value: z
      .unknown()
      .describe(
        'The effective value after default and derivation; null where there is none or it cannot be known; `(secret)` where it is one.',
      ),
    origin: z.enum(['set', 'installer', 'default', 'derived', 'opaque', 'absent']),
    place: place.nullable(),
    why: z.string().optional(),
  })
  .meta({ id: 'Cell' });

const form = z.enum([
  'cilium-cli-job',
  'rendered-manifest',
  'manifest-url',
  'helmfile',
  'helm-command',
  'cilium-command',
  'kustomize-command',
  'terraform-helm',
  'values-file',
  'application',
  'applicationset',
  'kustomize-helm',
  'umbrella-chart',
  'rendered-path',
  'plugin',
]);

const release = z
  .strictObject({
    side,
    form,
    name: z.string().nullable(),
    namespace: z.string().nullable(),
    chartVersion: z.string().nullable(),
    chartVersionWhy: z.string().optional(),
    place,
    files: z.array(z.string()),
    layers: z.array(z.strictObject({ kind: z.string(), place })).describe('Sources of values, the winning one last.'),
  })
  .meta({ id: 'Release' });

const row = z
  .strictObject({
    id: z.string().describe('Stable across commits: the cluster and the setting.'),
    setting: z.string().describe('Helm path; a dot inside a key is written `\\.`.'),
    change,
    suppressed,
    status: z.enum(['aligned', 'drifted', 'opaque', 'irrelevant']),
    impact: z.enum(['disruptive', 'boot-critical', 'behaviour', 'additive', 'none']),
    level: level.nullable(),
    bootstrap: cell,
    argocd: cell,
    why: z.string().optional(),
  })
  .meta({ id: 'Row' });

const finding = z
  .strictObject({
    id: z.string().describe('Stable across commits while the fault is the same.'),
    rule: z.string(),
    level,
    message: z.string(),
    cluster: z.string().nullable(),
    setting: z.string().optional(),
    places: z.array(place).describe('The first is the primary one.'),
    fix: z.string().optional(),
    change,
    suppressed,
  })
  .meta({ id: 'Finding' });

const cluster = z
  .strictObject({
    name: z.string().nullable(),
    outcome,
    bootstrap: release.nullable(),
    argocd: release.nullable(),
    others: z.array(z.strictObject({ release, why: z.string() })),
    talos: z.strictObject({ contract: z.string().nullable(), facts: z.record(z.string(), cell) }).nullable(),
    rows: z
      .array(row)
      .describe('Every setting; where a base was compared with, also the differences of the base that are resolved, with its values.'),
    gone: z
      .array(side)
      .optional()
      .describe('Sides that the base has and this has not: nothing that the base found here is resolved by that.'),
  })
  .meta({ id: 'Cluster' });

/** The report's shape; schema/report.schema.json is generated from it. Fields are only ever added. */
export const reportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    outcome,
    exitCode: z.union([z.literal(0), z.literal(1), z.literal(3)]),
    counts: z.strictObject({ error: z.int(), warning: z.int(), note: z.int() }),
    base: z
      .strictObject({
        name: z.string().nullable(),
        outcome,
        fails: z.enum(['new', 'all']).describe('Whether only what is introduced decides the exit code, or all that stands.'),
      })
      .optional()
      .describe('What it was compared with; rows that differ or cannot be known, and findings, then say their `change`.'),
    repositories: z
      .array(
        z.strictObject({
          name: z.string(),
          side,
          here: z.boolean().describe('The run belongs to it: annotations and code scanning can only point into this one.'),
        }),
      )
      .optional()
      .describe('Both, where each side has its own repository; every file of the report is then `name:/path`.'),
    clusters: z.array(cluster),
    findings: z.array(finding),
    unused: z.array(
      z.strictObject({
        file: z.string(),
        why: z.string(),
        broken: z.literal(true).optional().describe('It may speak for the cluster and could not be read, or not to its end.'),
        leftOut: z.literal(true).optional().describe('One run does not read as much: the outcome is at best undecided.'),
      }),
    ),
  })
  .meta({ title: 'cilium-align report', description: 'What was compared, where the two sides differ and what is broken.' });
