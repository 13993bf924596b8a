import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { write, writeFleet } from '../generated/write.ts';
import { asBytes, type Case, caseIn } from './case.ts';

const root = join(import.meta.dirname, '../..');

/** Every example, every story, and so many generated repositories that each form is among them. */
export function repositories(): Case[] {
  const folders = [
    ...readdirSync(join(root, 'examples')).map((name) => join(root, 'examples', name)),
    ...readdirSync(join(root, 'test/cases')).map((name) => join(root, 'test/cases', name, 'repo')),
  ].filter((folder) => existsSync(folder) && readdirSync(folder).length > 0);
  const generated = Array.from({ length: 60 }, (_, i) => (i % 10 === 9 ? writeFleet(i + 1) : write(i + 1)).files);
  return [...folders.map(caseIn), ...generated.map((files) => asCase(files))];
}

/** Texts as a case. */
export function asCase(files: Readonly<Record<string, string>>): Case {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, asBytes(text)]));
}
