import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltCli, buildCli } from '../built-cli.ts';
import { commandProblems } from './command.ts';
import { jsonProblems } from './json-block.ts';
import type { Mark } from './mark.ts';
import { outputProblems } from './output.ts';
import { terraformProblems } from './own-readers.ts';
import { type Block, type Page, readPage } from './page.ts';
import { openScene, type Played, type Scene, unplayable } from './scene.ts';
import { typescriptProblems } from './typescript-block.ts';
import { yamlProblems } from './yaml-block.ts';

const root = join(import.meta.dirname, '../..');
const below = (folder: string): string[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => posix.join(folder, name))
    : [];
const pages = ['README.md', ...below('docs'), ...below('examples')].filter((file) => file.endsWith('.md')).sort();
/** Written from the code by scripts/generate.ts; the examples on them are tests of their own. */
const GENERATED = ['docs/rules.md', 'docs/settings.md'];
const ALSO_LINKED = ['CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'test/docs/README.md'].filter((file) =>
  existsSync(join(root, file)),
);

const known = new Map<string, Page>();
function page(file: string): Page {
  const found = known.get(file) ?? readPage(root, file);
  known.set(file, found);
  return found;
}

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.remove());

describe.each(pages.filter((file) => !GENERATED.includes(file)))('%s', (file) => {
  let scene: Scene | undefined;
  let last: Played | undefined;
  afterAll(() => scene?.remove());

  function open(path: string): Scene {
    scene?.remove();
    scene = openScene(root, path, cli.entry);
    return scene;
  }

  const { blocks } = page(file);
  for (const block of blocks) it(`${block.place} ${block.language || 'without a language'}`, () => expect(problemsOf(block)).toEqual([]));

  function problemsOf({ language, text, marks }: Block): string[] {
    const mark = <V extends Mark['verb']>(verb: V) => marks.find((each): each is Extract<Mark, { verb: V }> => each.verb === verb);
    const write = mark('write');
    if (write) {
      if (write.in === undefined && !scene) return ['writes into no scene: the first block of one says `write FILE in FOLDER`'];
      (write.in === undefined ? scene! : open(write.in)).write(write.path, text);
    }
    if (mark('output')) return last ? outputProblems(text, last.output) : ['no block before it has been run'];
    const from = mark('from');
    if (from) return outputProblems(text, readFileSync(join(root, from.path), 'utf8'), 'part');
    if (mark('not tested')) return [];
    if (['sh', 'bash', 'shell', 'console'].includes(language)) return shellProblems(text, marks);
    if (language === 'yaml') return yamlProblems(text, mark('is')?.kind);
    if (language === 'json' || language === 'json5') return jsonProblems(text, language === 'json5');
    if (language === 'hcl') return terraformProblems(text);
    if (language === 'ts') return [];
    return [
      `nothing is known of \`${language || 'a block without a language'}\`: mark it <!-- output -->, <!-- from FILE --> or <!-- not tested: why --> (test/docs/README.md)`,
    ];
  }

  function shellProblems(text: string, marks: readonly Mark[]): string[] {
    const run = marks.find((each) => each.verb === 'run in' || each.verb === 'run next');
    if (!run) {
      if (!marks.some(({ verb }) => verb === 'not run'))
        return ['mark it <!-- run in FOLDER --> or <!-- not run: why --> (test/docs/README.md)'];
      const syntax = unplayable(text);
      return syntax?.startsWith('is no shell') ? [syntax] : [];
    }
    const problem = unplayable(text);
    if (problem !== undefined) return [problem];
    if (run.verb === 'run next' && !scene) return ['follows nothing: no block before it is run'];
    last = (run.verb === 'run in' ? open(run.path) : scene!).play(text);
    const codes = run.codes.length === 1 ? last.codes.map(() => run.codes[0]) : run.codes;
    return JSON.stringify(codes) === JSON.stringify(last.codes)
      ? []
      : [`exits with ${last.codes.join(' ')}, not ${codes.join(' ')}:\n${last.output}`];
  }

  const calls = page(file).inlineCode.filter(({ text }) => /^(?:npx )?cilium-align(?: |$)/.test(text));
  it.runIf(calls.length > 0)('names commands and options that there are', () => {
    const wrong = calls.flatMap(({ place, text }) => commandProblems(text).map((problem) => `${place} \`${text}\`: ${problem}`));
    expect(wrong).toEqual([]);
  });

  it.runIf(page(file).references.length > 0)('points at what is there', () => expect(brokenReferences(page(file))).toEqual([]));
});

it('TypeScript on the pages compiles', () => {
  const blocks = pages
    .filter((file) => !GENERATED.includes(file))
    .flatMap((file) => page(file).blocks)
    .filter(({ language, marks }) => language === 'ts' && !marks.some(({ verb }) => verb === 'not tested' || verb === 'from'));
  if (blocks.length > 0) expect(typescriptProblems(blocks)).toEqual([]);
});

it.each([...GENERATED, ...ALSO_LINKED])('%s points at what is there', (file) => expect(brokenReferences(page(file))).toEqual([]));

function brokenReferences({ file, references, anchors }: Page): string[] {
  return references.flatMap(({ place, target, isImage }) => {
    const own = /^https:\/\/(?:github\.com\/cilium-align\/cilium-align\/(?:blob|tree|raw)\/main|unpkg\.com\/cilium-align)\/(.*)$/.exec(
      target,
    )?.[1];
    if (own === undefined && /^[a-z]+:/.test(target)) return [];
    const [path, anchor] = (own ?? target).split('#') as [string, string?];
    const full = own !== undefined ? path : path === '' ? file : posix.join(dirname(file), path);
    if (full.startsWith('../') || !existsSync(join(root, full))) return [`${place} ${target}: nothing is there`];
    if (isImage && !statSync(join(root, full)).isFile()) return [`${place} ${target}: is no image`];
    if (anchor === undefined || !full.endsWith('.md')) return [];
    const there = full === file ? anchors : page(full).anchors;
    return there.has(decodeURIComponent(anchor)) ? [] : [`${place} ${target}: no heading of ${full} is called so`];
  });
}
