import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { actionYml } from './action-yml.ts';

const root = join(import.meta.dirname, '..');
const text = readFileSync(join(root, 'action.yml'), 'utf8');
const metadata = parse(text);

// What the runner and the Marketplace take: actions/runner's action_yaml.json and ActionManifestManager.cs, docs "metadata syntax".
describe('action.yml', () => {
  it('is what the code makes of its inputs and outputs', () => {
    expect(text).toBe(actionYml());
  });

  it('has the keys that the runner knows, and no others', () => {
    expect(Object.keys(metadata).sort()).toEqual(['author', 'branding', 'description', 'inputs', 'name', 'outputs', 'runs']);
    expect(metadata.runs).toEqual({ using: 'node24', main: 'dist/action/index.js' });
    expect(existsSync(join(root, 'action/index.ts'))).toBe(true);
  });

  it('has a branding that the Marketplace shows', () => {
    expect(metadata.branding.color).toMatch(/^(white|black|yellow|blue|green|orange|red|purple|gray-dark)$/);
    expect(['align-left', 'shield', 'shuffle', 'git-pull-request', 'git-merge']).toContain(metadata.branding.icon);
    expect(metadata.description.length).toBeLessThanOrEqual(125);
  });

  it.each(Object.entries<Record<string, unknown>>(metadata.inputs))('declares the input %s as the runner reads it', (name, input) => {
    expect(name).toMatch(/^[a-z_][a-z0-9_-]*$/);
    expect(Object.keys(input).filter((key) => !['description', 'required', 'default', 'deprecationMessage'].includes(key))).toEqual([]);
    expect(typeof input.description).toBe('string');
    expect(input.required).toBe(false);
    // A default that is no text becomes one in ways that nobody expects.
    expect(['string', 'undefined']).toContain(typeof input.default);
    // Contexts that an input's default may use.
    for (const [, expression] of String(input.default ?? '').matchAll(/\$\{\{(.*?)\}\}/g))
      expect(expression).toMatch(/^ (github|runner|matrix|strategy|job)\./);
    expect(String(input.description)).not.toContain('${{');
  });

  it.each(Object.entries<Record<string, unknown>>(metadata.outputs))('declares the output %s as the runner reads it', (name, output) => {
    expect(name).toMatch(/^[a-z_][a-z0-9_-]*$/);
    expect(Object.keys(output)).toEqual(['description']);
  });
});
