import { readdirSync, readFileSync } from 'node:fs';
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

/** Bundles the command line into a directory and gives the packages that went in. Split, so that a run loads only the formats and commands that it needs. */
export function bundleCli(outdir: string): Promise<string[]> {
  return bundle('cli/index.ts', outdir, { target: 'node20', splitting: true, plugins: [noChildProcesses] });
}

/** Bundles the GitHub Action into a directory and gives the packages that went in. */
export function bundleAction(outdir: string): Promise<string[]> {
  return bundle('action/index.ts', outdir, { target: 'node24', splitting: true, plugins: [onlyWhatIsUsed] });
}

/** Bundles the Argo CD plugin into a directory and gives the packages that went in. */
export function bundlePlugin(outdir: string): Promise<string[]> {
  return bundle('plugin/index.ts', outdir, { target: 'node20', splitting: true });
}

/** The same bytes from the same sources wherever the clone lies. */
async function bundle(entryPoint: string, outdir: string, options: BuildOptions): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { index: entryPoint },
    outdir,
    bundle: true,
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
  return Object.keys(metafile!.inputs)
    .map((input) => /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1])
    .filter((name) => name !== undefined);
}

/** The licence texts of bundled packages, each once. */
export function licences(packages: Iterable<string>): string {
  const texts = [...new Set(packages)].sort().map((name) => {
    const directory = join(root, 'node_modules', name);
    const about = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { version: string; license?: string };
    const file = readdirSync(directory).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name} has no licence text, expected a LICENSE file in its package`);
    return `${name} ${about.version} (${about.license ?? 'see below'})\n\n${readFileSync(join(directory, file), 'utf8').trim()}\n`;
  });
  return `The code in this directory holds the following packages.\n\n${texts.join('\n----------------------------------------\n\n')}`;
}
