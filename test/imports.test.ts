import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

// What each folder of shared/ may import from: data goes one way, discover → read → align → judge → report. Readers and alignment have things evaluated; whatever reads text asks a language.
const MAY_IMPORT: Record<string, string[]> = {
  model: [],
  tree: ['model'],
  place: ['model'],
  glob: [],
  'regular-expression': [],
  repository: ['place'],
  discover: ['model', 'repository'],
  language: ['model', 'place', 'tree', 'glob', 'regular-expression', 'repository'],
  cilium: ['model', 'tree'],
  evaluate: ['model', 'place', 'tree', 'glob', 'regular-expression', 'repository', 'language', 'cilium'],
  read: ['model', 'place', 'tree', 'glob', 'regular-expression', 'repository', 'language', 'discover', 'cilium', 'evaluate'],
  align: ['model', 'place', 'tree', 'cilium', 'evaluate'],
  judge: ['model', 'place', 'tree', 'cilium', 'evaluate', 'align'],
  report: ['model', 'place', 'tree', 'cilium', 'align', 'judge'],
  config: ['model', 'place', 'tree', 'repository', 'language', 'read', 'cilium', 'align', 'judge'],
  check: ['model', 'place', 'config', 'repository', 'language', 'discover', 'read', 'evaluate', 'align', 'judge', 'report'],
  fix: ['model', 'place', 'tree', 'repository', 'language', 'cilium', 'evaluate', 'align', 'report', 'config', 'check'],
};

// The same inside of a folder of shared/, for the folders in it.
const MAY_IMPORT_BESIDE: Record<string, string[]> = {
  'language/yaml': [],
  'language/shell': ['yaml'],
  'language/go-template': ['shell'],
  'evaluate/go-template': [],
  'evaluate/helm': ['go-template'],
  'evaluate/kustomize': ['helm'],
  'evaluate/argocd': ['go-template', 'helm', 'kustomize'],
  'evaluate/talos': [],
  'read/commands': [],
  'read/terraform': [],
  'read/talos': ['commands', 'terraform'],
  'read/bootstrap': ['commands', 'terraform'],
  'read/argocd': [],
  'read/surroundings': [],
};

const root = join(import.meta.dirname, '..');
const files = readdirSync(join(root, 'shared'), { recursive: true, encoding: 'utf8' })
  .filter((f) => f.endsWith('.ts') && !f.endsWith('.test.ts'))
  .map((f) => join('shared', f));
const stageOf = (file: string) => relative('shared', file).split('/')[0]!.replace(/\.ts$/, '');

describe('the direction of imports', () => {
  it.each(files)('%s', (file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const stage = stageOf(file);
    expect(Object.keys(MAY_IMPORT)).toContain(stage);
    for (const [, target] of text.matchAll(/from '(\.[^']+)'/g)) {
      const other = stageOf(join(dirname(file), target!));
      if (other !== stage) expect([...MAY_IMPORT[stage]!], `${file} imports ${target}`).toContain(other);
    }
  });

  it.each(Object.keys(MAY_IMPORT_BESIDE))('shared/%s asks only these of its neighbours', (folder) => {
    const [parent, own] = folder.split('/') as [string, string];
    for (const file of files.filter((f) => f.startsWith(`shared/${folder}/`)))
      for (const [, target] of readFileSync(join(root, file), 'utf8').matchAll(/from '(\.[^']+)'/g)) {
        const [stage, other, inside] = relative('shared', join(dirname(file), target!)).split('/');
        if (stage === parent && other !== own && inside !== undefined)
          expect(MAY_IMPORT_BESIDE[folder], `${file} imports ${target}`).toContain(other);
      }
  });

  const frontEnds = ['cli', 'api', 'action', 'plugin', 'node'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((f) => f.endsWith('.ts') && !f.endsWith('.test.ts'))
      .map((f) => join(folder, f)),
  );

  it.each(frontEnds)('%s asks no other front end', (file) => {
    const own = file.split('/')[0]!;
    for (const [, target] of readFileSync(join(root, file), 'utf8').matchAll(/(?:from |import\()'(\.[^']+)'/g)) {
      const other = join(dirname(file), target!).split('/')[0];
      expect([own, 'shared', 'node', 'package.json'], `${file} imports ${target}`).toContain(other);
    }
  });

  it.each(files.filter((f) => !f.startsWith('shared/repository/')))('%s touches neither disk, network, clock nor terminal', (file) => {
    const text = readFileSync(join(root, file), 'utf8');
    expect(text).not.toMatch(
      /from 'node:(fs|child_process|http|https|net|os|process)'|\bprocess\.(env|argv|stdout|stderr|cwd)|\bDate\.now|\bnew Date\(\)|\bMath\.random|\bconsole\.|\bfetch\(/,
    );
  });
});
