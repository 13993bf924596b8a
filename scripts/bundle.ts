import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');

/** The option parser can start other programs as subcommands; ours are functions, and what it would start them with takes longer to load than it does. */
const noChildProcesses: Plugin = {
  name: 'no-child-processes',
  setup(bundler) {
    bundler.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /[\\/]commander[\\/]/.test(importer) ? { path: 'child_process', namespace: 'nothing' } : undefined,
    );
    bundler.onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: 'module.exports = {}' }));
  },
};

/** The runner's libraries do nothing when they are loaded, but do not say so: without this, a HTTP client is loaded for the sake of printing a line. */
const onlyWhatIsUsed: Plugin = {
  name: 'only-what-is-used',
  setup(bundler) {
    bundler.onResolve({ filter: /^@actions\/|^\.{1,2}\// }, async ({ path, pluginData, ...from }) => {
      if (pluginData === onlyWhatIsUsed || !(path.startsWith('@actions/') || /[\\/]@actions[\\/]/.test(from.importer))) return undefined;
      const { resolveDir, kind, importer } = from;
      return { ...(await bundler.resolve(path, { resolveDir, kind, importer, pluginData: onlyWhatIsUsed })), sideEffects: false };
    });
  },
};

/** Bundles what the npm package holds into a directory: the command line at `cli/`, the API at `api/`, and below `shared/` what both need, once. Split, so that a run loads only the formats and commands that it needs. */
export async function bundlePackage(outdir: string): Promise<void> {
  await bundle({ 'cli/index': 'cli/index.ts', 'api/index': 'api/index.ts' }, outdir, {
    target: 'node20',
    plugins: [noChildProcesses],
    chunkNames: 'shared/[name]-[hash]',
  });
}

/** Bundles the GitHub Action into a directory. */
export async function bundleAction(outdir: string): Promise<void> {
  await bundle({ index: 'action/index.ts' }, outdir, { target: 'node24', plugins: [onlyWhatIsUsed] });
}

/** Bundles the Argo CD plugin into a directory. */
export async function bundlePlugin(outdir: string): Promise<void> {
  await bundle({ index: 'plugin/index.ts' }, outdir, { target: 'node20' });
}

/** The same bytes from the same sources wherever the clone lies, and beside them the licences of what went in. */
async function bundle(entryPoints: Record<string, string>, outdir: string, options: BuildOptions): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints,
    outdir,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    minify: true,
    // Its build for browsers is the same code as modules, so that only what is used goes in and nothing is wrapped: it runs sooner.
    alias: { yaml: join(root, 'node_modules/yaml/browser/index.js') },
    legalComments: 'none',
    chunkNames: '[name]-[hash]',
    metafile: true,
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    ...options,
  });
  const inputs = Object.values(metafile!.outputs).flatMap((output) => Object.keys(output.inputs));
  writeFileSync(join(outdir, 'licences.txt'), licences(inputs.flatMap((input) => packageAt(input) ?? [])));
}

/** The folder of the package that a file belongs to; undefined for our own. */
function packageAt(file: string): string | undefined {
  return /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
}

/** The licence texts of packages by their folders, each once. */
function licences(folders: readonly string[]): string {
  const texts = [...new Set(folders)].map((folder) => {
    const directory = join(root, folder);
    const { name, version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Record<string, string>;
    const files = readdirSync(directory)
      .filter((entry) => /^(?:licen[cs]e|copying|notice)\b/i.test(entry))
      .sort();
    if (license === undefined || files.length === 0)
      throw new Error(`${name} has no licence text, expected a LICENSE file and a name of it in its package`);
    return `${name} ${version} (${license})\n\n${files.map((file) => readFileSync(join(directory, file), 'utf8').trim()).join('\n\n')}\n`;
  });
  return `The code in this directory holds the following packages.\n\n${texts.sort().join('\n----------------------------------------\n\n')}`;
}
