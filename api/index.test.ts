import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as api from './index.ts';

const read = (file: string) => readFileSync(join(import.meta.dirname, file), 'utf8');

describe('the API', () => {
  // Taking one away needs a major version, and each one more has to be kept.
  it('is this list', () => {
    expect(Object.keys(api).sort()).toEqual([
      'FaultyConfiguration',
      'UnusableRepository',
      'check',
      'compareWithBase',
      'directoryRepository',
      'findConfig',
      'gitRepository',
      'memoryRepository',
      'readConfig',
      'render',
      'resolveRevision',
    ]);
  });

  it('is on its page', () => {
    const page = read('../docs/api.md');
    expect(Object.keys(api).filter((name) => !new RegExp(`\`${name}\\b`).test(page))).toEqual([]);
  });

  it('has a docstring on each export', () => {
    const sources = [...read('index.ts').matchAll(/from '(\.[^']+)'/g)].map(([, file]) => read(file!)).join('\n');
    const names = [...read('index.ts').matchAll(/export (?:type )?\{([^}]+)\}/g)].flatMap(([, list]) => list!.match(/\w+/g)!);
    expect(names.length).toBeGreaterThan(30);
    const undocumented = names.filter(
      (name) => !new RegExp(`\\*/\\nexport (?:declare )?(?:async )?(?:function|class|interface|type) ${name}\\b`).test(sources),
    );
    expect(undocumented).toEqual([]);
  });
});
