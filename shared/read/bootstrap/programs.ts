import type { Candidate } from '../../discover/candidate.ts';
import { exactVersion } from '../../evaluate/chart-release.ts';
import { Places, wholeFile } from '../../language/source-text.ts';
import type { Declaration } from '../../model.ts';
import { opaque } from '../../tree.ts';

const PROGRAM = /\.(ts|js|mts|py|go|k|cs)$/;
const TOOLS =
  /@pulumi\/|^[ \t]*(?:import|from) pulumi|pulumiverse|pulumi_kubernetes|pulumi-kubernetes|github\.com\/pulumi|Pulumi\.Kubernetes|\bcdktf\b|\bcdk8s\b|@cdktf\//m;
/** The chart as a keyword, a field or an argument. */
const CHART = /\bchart(?:_?ref)?["']?\s*[:=]\s*(?:pulumi\.String\()?["'`](?:cilium|(?:cilium|oci:\/[^"'`]*)\/cilium)["'`]/i;
const VERSION = /\bversion["']?\s*[:=]\s*(?:pulumi\.String\()?["'`](v?\d+\.\d+\.\d+(?:-[\w.]+)?)["'`]/i;
/** The Job of Talos's documentation, in a text that the program puts together. */
const JOB = /\bimage["']?:[ \t]*["']?quay\.io\/cilium\/cilium-cli(?:-ci)?\b/;
const JOB_VERSION = /--version[= ]v?(\d+\.\d+\.\d+(?:-[\w.]+)?)(?=["'\s,\]])/;
/** How far from the chart its version stands. */
const NEAR = 600;

/** Programs of Pulumi, CDK and the like that install Cilium: they are there, and only a run would say with which values. */
export function programDeclarations(candidates: readonly Candidate[]): Declaration[] {
  const declarations: Declaration[] = [];
  for (const { path, text } of candidates) {
    if (!PROGRAM.test(path) || !(TOOLS.test(text) || path.endsWith('.k'))) continue;
    const chart = CHART.exec(text);
    const job = chart ? null : JOB.exec(text);
    const found = chart ?? job;
    if (!found || isComment(text, found.index)) continue;
    const places = new Places(wholeFile(path, text));
    const place = places.at(found.index);
    const from = Math.max(0, found.index - (job ? 0 : NEAR));
    const version = (job ? JOB_VERSION : VERSION).exec(text.slice(from, found.index + (job ? 4 : 1) * NEAR));
    const exact = version ? exactVersion(version[1]!) : null;
    declarations.push({
      side: 'bootstrap',
      form: job ? 'cilium-cli-job' : 'helm-command',
      place,
      files: [path],
      name: null,
      namespace: null,
      chartVersion: exact,
      ...(exact === null ? { chartVersionWhy: 'a program decides it' } : { chartVersionPlace: places.at(from + version!.index) }),
      installer: job ? 'cilium-cli-job' : 'helm',
      layers: [],
      opaque: opaque('a program decides it, and only a run of it would say', place),
      clusters: [],
      rank: 4,
      rankWhy: job ? 'a program makes the Job that installs the chart' : 'a program installs the chart',
      findings: [],
    });
  }
  return declarations;
}

function isComment(text: string, index: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', index) + 1, index);
  return /^\s*(\/\/|#|\*)/.test(line);
}
