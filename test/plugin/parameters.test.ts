import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentName, OPTIONS } from '../../plugin/options.ts';
import { type BuiltPlugin, buildPlugin, texts } from './built-plugin.ts';
import { valuesFile } from './repositories.ts';

// What Argo CD announces, what the plugin takes and what the page lists are one table.

let plugin: BuiltPlugin;
beforeAll(async () => {
  plugin = await buildPlugin();
});
afterAll(() => plugin.remove());

interface Announced {
  name: string;
  title: string;
  tooltip: string;
  collectionType: string;
  string?: string;
}

async function announced(env: Record<string, string> = {}): Promise<Announced[]> {
  const { code, out, err } = await plugin.generate({ files: {}, command: 'get-parameters', env });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as Announced[];
}

describe('get-parameters', () => {
  it('announces what an Application may decide, with a title and a sentence', async () => {
    const parameters = await announced();
    expect(parameters.map(({ name }) => name)).toEqual(OPTIONS.filter(({ by }) => by !== 'environment').map(({ name }) => name));
    for (const { title, tooltip, collectionType } of parameters) {
      expect(title).not.toBe('');
      expect(tooltip).toMatch(/[.]$/);
      expect(['string', 'array']).toContain(collectionType);
    }
  });

  it('announces the floor of this sidecar', async () => {
    const mode = (await announced({ CILIUM_ALIGN_MODE: 'warn' })).find(({ name }) => name === 'mode')!;
    expect(mode.string).toBe('warn');
    expect(mode.tooltip).toContain('this sidecar asks for warn at least');
  });
});

describe('every option', () => {
  const choices = OPTIONS.flatMap(({ name, by, choices: values = [] }) => values.map((value) => ({ name, by, value })));

  it.each(choices)('$name takes $value', async ({ name, by, value }) => {
    const request = { path: 'cilium', files: valuesFile() };
    if (by !== 'parameters')
      expect((await plugin.generate({ ...request, env: { [environmentName(name)]: value } })).err).not.toContain(' is "');
    if (by !== 'environment')
      expect((await plugin.generate({ ...request, parameters: texts({ [name]: value }) })).err).not.toContain(' is "');
  });
});
