import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');
const top = new Set(readdirSync(root));
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** What stands in backticks and looks like a path of this repository. */
function pathsIn(text: string): string[] {
  const spans = [...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, span]) => span!);
  return [
    ...new Set(
      spans.filter((span) => /^\.?[\w-][\w.-]*\/[\w./-]*$/.test(span) && !/\/[A-Z]{4,}/.test(span) && top.has(span.split('/')[0]!)),
    ),
  ];
}

describe.each(['SECURITY.md', 'CONTRIBUTING.md'])('%s', (page) => {
  it.each(pathsIn(read(page)))('names %s, which is there', (path) => expect(existsSync(join(root, path))).toBe(true));
});

describe('SECURITY.md', () => {
  const rows = read('SECURITY.md')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').slice(1, -1))
    .filter((cells) => cells.length === 4)
    .slice(1);

  it.each(rows.map(([who, want, how, tested]) => ({ want: `${who}:${want}`, how: how!, tested: tested! })))(
    '$want is prevented somewhere and tested somewhere',
    ({ how, tested }) => {
      expect(pathsIn(how).length).toBeGreaterThan(0);
      for (const file of pathsIn(tested)) expect(file).toMatch(/\.test\.ts$/);
      expect(pathsIn(tested).length).toBeGreaterThan(0);
    },
  );

  it('has a row for every attack', () => expect(rows.length).toBeGreaterThan(12));
});

describe('CONTRIBUTING.md', () => {
  const page = read('CONTRIBUTING.md');

  it.each([...page.matchAll(/\bnpm run ([\w:]+)/g)].map(([, script]) => script!))('npm run %s', (script) => {
    expect(Object.keys(packageJson.scripts)).toContain(script);
  });
});

describe('CHANGELOG.md', () => {
  const page = read('CHANGELOG.md');

  it('says what the version of the package brings', () => {
    expect(page).toMatch(new RegExp(`^## \\[${packageJson.version.replaceAll('.', '\\.')}\\]`, 'm'));
    expect(page).toMatch(/^## \[Unreleased\]$/m);
    expect(page.match(/^### (.*)$/gm)?.every((title) => /^### (Added|Changed|Deprecated|Removed|Fixed|Security)$/.test(title))).toBe(true);
  });

  it('leads every version to its commits', () => {
    for (const [, version] of page.matchAll(/^## \[([^\]]+)\]/gm))
      expect(page).toMatch(new RegExp(`^\\[${version!.replaceAll('.', '\\.')}\\]: https://`, 'm'));
  });
});
