/** Writes every file that follows from the code: `npm run generate`. With `--check` it writes nothing and fails where a file is not what it would write. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { settingsPage } from './settings-page.ts';

/** One generated file, by its path from the root. */
export interface Generated {
  file: string;
  content: string;
}

/** Each makes one file or several; a new kind of generated file is one line here. */
const makers: readonly (() => Generated | Generated[])[] = [settingsPage];

const check = process.argv.includes('--check');
const root = new URL('../', import.meta.url);
for (const { file, content } of makers.flatMap((make) => make())) {
  const url = new URL(file, root);
  if (contentOf(url) === content) continue;
  if (check) {
    console.error(`${file} is not what npm run generate writes`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(url.pathname), { recursive: true });
    writeFileSync(url, content);
    console.log(`wrote ${file}`);
  }
}

function contentOf(url: URL): string | undefined {
  try {
    return readFileSync(url, 'utf8');
  } catch {
    return undefined;
  }
}
