import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CONFIG_FILE } from '../shared/config/config.ts';
import { inferConfig } from '../shared/config/infer-config.ts';
import { readConfig } from '../shared/config/read-config.ts';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/configuration.md'), 'utf8');
const snippets = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text]) => text!);
const valid = new Ajv2020({ allErrors: true, formats: { date: /^\d{4}-\d\d-\d\d$/ } }).compile(
  JSON.parse(readFileSync(join(root, 'schema/config.schema.json'), 'utf8')),
);

describe('docs/configuration.md', () => {
  it.each([...snippets, inferConfig([]), readFileSync(join(root, 'test/cases/allowed-differences/repo', CONFIG_FILE), 'utf8')])(
    'holds what a run and the schema take: %#',
    (text) => {
      expect(readConfig(CONFIG_FILE, text)).toHaveProperty('config');
      expect(valid(parse(text)), JSON.stringify(valid.errors)).toBe(true);
    },
  );

  it('shows every key', () => {
    expect(snippets.length).toBeGreaterThan(3);
    for (const key of ['clusters', 'fail-on', 'undecided', 'levels', 'allow'])
      expect(snippets.join('\n')).toMatch(new RegExp(`^${key}:`, 'm'));
  });
});

describe('the schema refuses what a run refuses', () => {
  it.each([
    'fail_on: error',
    'fail-on: fatal',
    'undecided: maybe',
    'clusters: [{}]',
    'clusters: [{name: a, talos: []}]',
    'clusters: [{name: "", talos: x}]',
    'levels: {MTU: "off"}',
    'allow: [{setting: MTU}]',
    'allow: [{reason: x}]',
    'allow: [{setting: MTU, reason: " "}]',
    'allow: [{setting: MTU, reason: x, until: 2027-02-29}]',
    'allow: [{setting: MTU, reason: x, who: me}]',
  ])('%s', (text) => {
    expect(readConfig(CONFIG_FILE, text)).toHaveProperty('problems');
    expect(valid(parse(text))).toBe(false);
  });
});
