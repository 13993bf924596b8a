import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { has, type Values } from './plain-data.ts';
import { renovateProblems } from './renovate.ts';

const root = join(import.meta.dirname, '../..');

/** Everything that is wrong with a block of JSON: a report (or a part of one), a configuration of Renovate, or the schema's own. */
export function jsonProblems(text: string, isJson5: boolean): string[] {
  let value: unknown;
  try {
    value = JSON.parse(isJson5 ? text.replace(/^\s*\/\/.*$/gm, '').replace(/,(?=\s*[}\]])/g, '') : text);
  } catch (error) {
    return [String(error)];
  }
  if (has(value, 'packageRules', 'customManagers', 'extends')) return renovateProblems(value as Values);
  if (has(value, 'dependencies', 'devDependencies', 'scripts')) return [];
  const valid = partOfReport();
  return valid(value) ? [] : [`is no part of a report: ${JSON.stringify(valid.errors?.slice(0, 3))}`];
}

/** The schema of a report in which nothing is required: pages show a part of one. */
function partOfReport() {
  const optional = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(optional);
    if (node === null || typeof node !== 'object') return node;
    return Object.fromEntries(
      Object.entries(node)
        .filter(([key, value]) => !(key === 'required' && Array.isArray(value)))
        .map(([key, value]) => [key, optional(value)]),
    );
  };
  return new Ajv2020({ strict: false }).compile(
    optional(JSON.parse(readFileSync(join(root, 'schema/report.schema.json'), 'utf8'))) as object,
  );
}
