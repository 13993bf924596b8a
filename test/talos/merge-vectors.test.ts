import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { applyPatches, readMachineConfig } from '../../shared/evaluate/talos/apply-patches.ts';
import type { MachineConfig, TalosRefusal } from '../../shared/evaluate/talos/config-document.ts';
import { factsOf } from '../../shared/evaluate/talos/facts.ts';
import { validateMachineConfig } from '../../shared/evaluate/talos/validate.ts';
import { wholeFile } from '../../shared/language/source-text.ts';
import { parseYaml } from '../../shared/language/yaml/parse.ts';
import type { Tree } from '../../shared/model.ts';
import { manifestsOf } from '../../shared/read/talos/manifests.ts';
import { toPlain } from '../../shared/tree.ts';

/**
 * 268 outcomes recorded from Talos's own code (pkg/machinery 1.11.0, 1.12.11, 1.13.9 and 1.14.0-rc.1): what patches make of a base.
 * `changes` are the leaves of the patched documents that differ from the base (null: gone), without zero values; an error is without its wrapping.
 */
interface Outcome {
  talos: string[];
  refused?: string;
  invalid?: string[];
  facts?: Record<string, unknown> & { inline: string[]; external: string[]; flannel?: boolean };
  changes?: Record<string, unknown>;
}
interface Case {
  name: string;
  base: string;
  patches: string[];
  outcomes: Outcome[];
}
const { bases, cases } = JSON.parse(readFileSync(new URL('./merge-vectors.json', import.meta.url), 'utf8')) as {
  bases: Record<string, string>;
  cases: Case[];
};

const trees = (file: string, text: string): Tree[] =>
  parseYaml(wholeFile(file, text), { dialect: 'strict', templates: false }).documents.map(({ tree }) => tree);

function leaves(value: unknown, path: string, into: Record<string, unknown>): Record<string, unknown> {
  if (Array.isArray(value)) for (const [i, item] of value.entries()) leaves(item, `${path}.${i}`, into);
  else if (value !== null && typeof value === 'object')
    for (const [key, item] of Object.entries(value)) leaves(item, path.endsWith(':') ? path + key : `${path}.${key}`, into);
  else if (value !== '' && value !== null) into[path] = value;
  return into;
}

function flatten(config: MachineConfig): Record<string, unknown> {
  const into: Record<string, unknown> = {};
  for (const { kind, name, tree } of config.documents) leaves(toPlain(tree), `${kind}${name ? `/${name}` : ''}:`, into);
  return into;
}

function says(refusals: TalosRefusal[], expected: string): boolean {
  const unknown = /^unknown keys found during decoding: /;
  return refusals.some(({ message }) =>
    unknown.test(message) ? expected === message || expected.startsWith(`${message}.`) : message === expected,
  );
}

const vectors = cases.flatMap((c) => c.outcomes.flatMap((outcome) => outcome.talos.map((talos) => ({ ...c, outcome, talos }))));

test('every recorded outcome is here', () => {
  expect(vectors.length).toBe(268);
});

describe.each(vectors)('$name on $base with Talos $talos', ({ base, patches, outcome, talos }) => {
  const minor = Number(talos.split('.')[1]);
  const start = () => readMachineConfig(trees('base.yaml', bases[base]!), minor);
  const patched = () =>
    applyPatches(
      start(),
      patches.map((patch, i) => trees(`patch-${i}.yaml`, patch)),
      { minor, base: 'whole' },
    );
  const role = base.endsWith('worker') ? ('worker' as const) : ('controlplane' as const);

  test('is refused as Talos refuses it', () => {
    const config = patched();
    if (outcome.refused === undefined) expect(config.refusals).toEqual([]);
    else expect(says(config.refusals, outcome.refused), JSON.stringify([outcome.refused, config.refusals])).toBe(true);
  });

  if (outcome.changes)
    test('gives the documents that Talos gives', () => {
      const expected = { ...flatten(start()) };
      for (const [path, value] of Object.entries(outcome.changes!)) {
        if (value === null) delete expected[path];
        else expected[path] = value;
      }
      expect(flatten(patched())).toEqual(expected);
    });

  if (outcome.facts)
    test('means what it means to Talos', () => {
      const { inline, external, flannel, ...expected } = outcome.facts!;
      const config = patched();
      const cells = factsOf(config, { whole: true, minor });
      const facts = Object.fromEntries(Object.keys(expected).map((key) => [key, cells[key]?.value ?? false]));
      expect(facts).toEqual(expected);
      if (flannel !== undefined) expect(cells.cni?.value === 'flannel').toBe(flannel);
      const manifests = manifestsOf(config, { file: 'base.yaml', line: 1, column: 1 });
      expect(manifests.flatMap(({ name, text }) => (text ? `${name} ${text.text.length}` : []))).toEqual(inline);
      expect(manifests.flatMap(({ url }) => url ?? [])).toEqual(external);
    });

  if (outcome.refused === undefined)
    test('is valid where Talos finds it valid', () => {
      expect(validateMachineConfig(patched(), { role, minor }).map(({ message }) => message)).toEqual(outcome.invalid ?? []);
    });
});
