import type { Candidate } from '../../discover/candidate.ts';
import type { Declaration } from '../../model.ts';
import { opaque } from '../../tree.ts';
import { Places, wholeFile } from '../yaml/source-text.ts';
import { exactVersion } from './cilium-cli-job.ts';

const PROGRAM = /\.(ts|js|mts|py|go|k|cs)$/;
const TOOLS = /@pulumi\/|pulumi_kubernetes|pulumi-kubernetes|github\.com\/pulumi|Pulumi\.Kubernetes|\bcdktf\b|\bcdk8s\b|@cdktf\//;
/** The chart as a keyword, a field or an argument. */
const CHART = /\bchart(?:_?ref)?["']?\s*[:=]\s*(?:pulumi\.String\()?["'`](?:cilium|(?:cilium|oci:\/[^"'`]*)\/cilium)["'`]/i;
const VERSION = /\bversion["']?\s*[:=]\s*(?:pulumi\.String\()?["'`](v?\d+\.\d+\.\d+(?:-[\w.]+)?)["'`]/i;
/** How far from the chart its version stands. */
const NEAR = 600;

/** Programs of Pulumi, CDK and the like that install Cilium: they are there, and only a run would say with which values. */
export function programDeclarations(candidates: readonly Candidate[]): Declaration[] {
  const declarations: Declaration[] = [];
  for (const { path, text } of candidates) {
    if (!PROGRAM.test(path) || !(TOOLS.test(text) || path.endsWith('.k'))) continue;
    const chart = CHART.exec(text);
    if (!chart || isComment(text, chart.index)) continue;
    const places = new Places(wholeFile(path, text));
    const place = places.at(chart.index);
    const from = Math.max(0, chart.index - NEAR);
    const version = VERSION.exec(text.slice(from, chart.index + NEAR));
    const exact = version ? exactVersion(version[1]!) : null;
    declarations.push({
      side: 'bootstrap',
      form: 'helm-command',
      place,
      files: [path],
      name: null,
      namespace: null,
      chartVersion: exact,
      ...(exact === null ? { chartVersionWhy: 'a program decides it' } : { chartVersionPlace: places.at(from + version!.index) }),
      installer: 'helm',
      layers: [],
      opaque: opaque('a program decides it, and only a run of it would say', place),
      clusters: [],
      rank: 4,
      rankWhy: 'a program installs the chart',
      findings: [],
    });
  }
  return declarations;
}

function isComment(text: string, index: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', index) + 1, index);
  return /^\s*(\/\/|#|\*)/.test(line);
}
