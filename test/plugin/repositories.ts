import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** An example's files by their paths. */
export function example(name: string): Record<string, string> {
  const directory = join(root, 'examples', name);
  return Object.fromEntries(
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((file) => statSync(join(directory, file)).isFile())
      .map((file) => [file, readFileSync(join(directory, file), 'utf8')]),
  );
}

/** The recommended shape, aligned: the entry that gives the values is the gate. */
export const valuesFile = (): Record<string, string> => example('argocd-values-file');

/** The other shape, aligned: values in the Application, and an entry of its own for the gate. */
export const inlineValues = (): Record<string, string> => example('argocd-inline-values');

/** Files with one of them changed. */
export function edited(files: Record<string, string>, file: string, from: string | RegExp, to: string): Record<string, string> {
  const text = files[file]?.replace(from, to);
  if (text === undefined || text === files[file]) throw new Error(`nothing to change in ${file}`);
  return { ...files, [file]: text };
}

/** Files without those below a path. */
export function without(files: Record<string, string>, path: string): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([file]) => !file.startsWith(path)));
}

/** Two clusters in folders of their own, each with an Application called cilium. */
export function twoClusters(): Record<string, string> {
  return Object.fromEntries(
    ['lab', 'prod'].flatMap((cluster) =>
      Object.entries(valuesFile()).map(([file, text]) => [
        `clusters/${cluster}/${file}`,
        text.replace('path: cilium', `path: clusters/${cluster}/cilium`).replace('$values/', `$values/clusters/${cluster}/`),
      ]),
    ),
  );
}
