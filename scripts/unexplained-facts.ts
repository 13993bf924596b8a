import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { ChartValues } from '../shared/cilium/chart-values.ts';
import { renderFacts } from '../shared/cilium/render.ts';
import { factRules } from '../shared/cilium/templates/index.ts';
import { coalesce } from '../shared/evaluate/helm/merge.ts';
import type { Mapping } from '../shared/model.ts';
import { loadChart } from '../shared/read/chart-archive.ts';
import { fromPlain } from '../shared/tree.ts';
import { readRecording } from '../test/helm/recorded.ts';

/** What Helm renders and the rules do not, by fact. */
export interface Unexplained {
  documents: number;
  facts: number;
  differences: Map<string, { times: number; example: string }>;
}

interface Answer {
  id: number;
  error?: string;
  facts?: Record<string, unknown>;
}

/** Renders every recorded document with a chart, by Helm and by the rules, and names each fact on which they differ. */
export async function unexplainedFacts(helmfacts: string, archive: string, version: string): Promise<Unexplained> {
  const { cases, kubeVersion, apiVersions, namespace } = readRecording();
  const chart = await loadChart(readFileSync(archive));
  const modelled = new Set(factRules().map(({ fact }) => fact));
  const found: Unexplained = { documents: 0, facts: 0, differences: new Map() };
  const differ = (fact: string, example: string) => {
    const difference = found.differences.get(fact);
    if (difference) difference.times++;
    else found.differences.set(fact, { times: 1, example });
  };

  const helm = spawn(helmfacts, [archive], { stdio: ['pipe', 'pipe', 'inherit'] });
  helm.stdin.end(cases.map(({ values }, id) => JSON.stringify({ id, values, kubeVersion, apiVersions, namespace })).join('\n'));
  for await (const line of createInterface({ input: helm.stdout })) {
    const { id, error, facts: theirs } = JSON.parse(line) as Answer;
    const { name, values } = cases[id]!;
    found.documents++;
    const user = fromPlain(values, { source: name });
    const { facts: ours, refusals } = renderFacts(
      new ChartValues(coalesce(chart.defaults, user, { helm: 4 }) as Mapping, version, { kubeVersion, apiVersions, namespace }),
      { written: user },
    );
    const refused = error?.trim().split('\n').at(-1)?.trim();
    if (refused !== undefined || refusals[0]) {
      if (refused === undefined)
        differ(`refusal of ${refusals[0]!.path}`, `the rules refuse and Helm does not: ${refusals[0]!.message} (${name})`);
      else if (!refusals[0]) differ(`refusal: ${refused}`, name);
      continue;
    }
    const names = new Set([...Object.keys(theirs!).filter((fact) => fact.startsWith('config.') || modelled.has(fact)), ...ours.keys()]);
    for (const fact of names) {
      found.facts++;
      const [a, b] = [theirs![fact] === undefined ? undefined : String(theirs![fact]), ours.get(fact)?.value];
      if ((a ?? '') !== (b ?? ''))
        differ(fact, `Helm renders ${JSON.stringify(a) ?? 'nothing'}, the rules ${JSON.stringify(b) ?? 'nothing'} (${name})`);
    }
  }
  return found;
}
