import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { pullRequestEvent } from './peers/events.ts';
import { type Changes, createRepository } from './peers/git.ts';
import { type BuiltAction, buildAction, type Step } from './peers/runner.ts';
import { aligned, drift, fleet, type Scene, setScene } from './scene.ts';

let action: BuiltAction;
let scene: Scene;
beforeAll(async () => {
  action = await buildAction();
});
afterAll(() => action.remove());
beforeEach(async () => {
  scene = await setScene(action);
});
afterEach(() => scene.close());

/** Texts that would be obeyed, shown or followed somewhere, if they got there as they are. */
const attacks = [
  '::set-output name=outcome::aligned',
  '##[set-output name=outcome]aligned',
  '::add-mask::a',
  '::stop-commands::x',
  '::error file=README.md,line=1::forged',
  '@octocat',
  '#1',
  '<!-- cilium-align:v1 key=x sha=0 run=1.1 -->',
  '</details><h1>owned</h1>',
  '[link](https://evil.example)',
  '![image](https://evil.example/x.png)',
  '`code` | cell | **bold**',
  '\u001b[31mred',
  '\u202egnp.exe',
];

/** An escape sequence's begin, and a character that turns the text around it. */
const invisible = ['\u001b', '\u202e'];

/** What must hold of each step that met an attack; commands other than annotations and masks are refused for every step anyway. */
async function expectUnharmed({ commands, annotations, outputs, log, summary = '' }: Step, number?: number): Promise<void> {
  expect(
    commands.filter(
      ({ command, data, properties }) =>
        data === 'forged' || (command === 'add-mask' && data.length < 8) || properties.file === 'README.md',
    ),
  ).toEqual([]);
  expect(annotations.map(({ message }) => message).join('\n')).not.toMatch(/^::|##\[/m);
  expect(['drifted', undefined]).toContain(outputs.outcome);
  for (const character of invisible) expect(log + summary).not.toContain(character);
  const comments = number === undefined ? [] : (await scene.github.comments('octocat/infra', number)).map(({ body }) => body);
  expect(comments.length).toBeLessThan(2);
  for (const page of [summary, ...comments.map((body) => body.slice(body.indexOf('\n')))]) {
    for (const character of invisible) expect(page).not.toContain(character);
    const html = execFileSync('cmark-gfm', ['-e', 'table', '-e', 'autolink', '-e', 'strikethrough', '-e', 'tagfilter', '--unsafe'], {
      input: page,
      encoding: 'utf8',
    });
    const prose = html.replace(/<(code|pre)>.*?<\/\1>/gs, '');
    expect(prose).not.toMatch(/<(?:a|img|h1|!--)\b|@octocat|#1\b|evil\.example|<!--/);
  }
}

it('nothing in values, keys and file names is obeyed, followed or shown as markup', async () => {
  const lines = attacks.map((attack) => JSON.stringify(attack));
  const file = (attack: string): string => attack.replaceAll('/', '_');
  const number = await scene.pull({
    ...drift,
    'cilium/values.yaml': [
      drift['cilium/values.yaml'],
      'cluster:',
      `  name: ${lines[0]}`,
      'extraEnv:',
      ...lines.map((text) => `  - name: ${text}\n    value: ${text}`),
      ...lines.map((text) => `${text}: ${text}`),
    ].join('\n'),
    ...Object.fromEntries(
      attacks.map((attack) => [
        `talos/patches/${file(attack)}.yaml`,
        `cluster:\n  clusterName: ${JSON.stringify(attack)}\n  network:\n    cni:\n      name: ${JSON.stringify(attack)}\n`,
      ]),
    ),
    ...Object.fromEntries(attacks.map((attack) => [`talos/${file(attack)}.yaml`, `cluster:\n\tnetwork: ${attack}\n  cni: {cilium`])),
    '.cilium-align.yaml': ['allow:', ...lines.map((text) => `  - setting: ${text}\n    reason: ${text}`)].join('\n'),
  });
  const step = await scene.run(number);
  expect([step.code, step.outputs.outcome]).toEqual([1, 'drifted']);
  await expectUnharmed(step, number);
});

it('a cluster that calls itself by an attack is called so and nothing else', async () => {
  const named = (cluster: number): string => `${drift['cilium/values.yaml']}cluster:\n  name: ${JSON.stringify(attacks[cluster])}\n`;
  const number = await scene.pull({
    ...fleet(attacks.length, named),
    ...Object.fromEntries(
      attacks.map((attack, cluster) => [
        `clusters/c${cluster}/talos/patches/name.yaml`,
        `cluster:\n  clusterName: ${JSON.stringify(attack)}\n`,
      ]),
    ),
  });
  const step = await scene.run(number);
  const { clusters } = JSON.parse(readFileSync(step.outputs['report-json']!, 'utf8')) as { clusters: Array<{ name: string }> };
  expect(clusters.map(({ name }) => name)).toEqual(expect.arrayContaining([attacks[0], attacks[5], attacks[8]]));
  await expectUnharmed(step, number);
});

it('nothing in the event is obeyed, followed or shown as markup', async () => {
  const number = await scene.pull(drift);
  const attack = attacks.join('\n');
  const event = await pullRequestEvent(scene.github, 'octocat/infra', number);
  const pull = event.payload.pull_request as { head: object; base: object };
  Object.assign(pull, { title: attack, body: attack });
  Object.assign(pull.head, { ref: attack, label: attack });
  Object.assign(pull.base, { ref: attack });
  const step = await scene.run(number, {
    event,
    workflow: attack,
    job: attack,
    env: { GITHUB_HEAD_REF: attack, GITHUB_BASE_REF: attack, GITHUB_ACTOR: attack },
  });
  expect(step.code).toBe(1);
  await expectUnharmed(step, number);
});

it.each(attacks.slice(0, 5))('an input %j is refused as harmless text', async (attack) => {
  const number = await scene.pull(drift);
  const step = await scene.run(number, {
    inputs: { 'fail-on': attack, cluster: attack, path: attack, base: attack, 'comment-key': attack },
  });
  expect(step.code).toBe(1);
  await expectUnharmed(step, number);
});

it.each(['path', 'base', 'bootstrap-path', 'argocd-path'])('a link out of the workspace is not followed by the input %s', async (input) => {
  const outside = mkdtempSync(join(tmpdir(), 'cilium-align-outside-'));
  writeFileSync(join(outside, 'values.yaml'), 'routingMode: of-the-machine\n');
  const number = await scene.pull({ ...drift, elsewhere: { link: outside } });
  const step = await scene.run(number, { inputs: { [input]: 'elsewhere' } });
  rmSync(outside, { recursive: true });
  expect(step.code).toBe(1);
  expect(step.annotations.map(({ message }) => message).join('\n')).toContain('leads out of the workspace');
  expect(step.raw + step.summary).not.toContain('of-the-machine');
});

it('a bare repository among the files of a pull request is not believed', async () => {
  const inFolder = (files: Changes): Changes =>
    Object.fromEntries(Object.entries(files).map(([path, content]) => [`infra/${path}`, content]));
  await scene.github.commit('octocat/infra', 'main', inFolder(aligned));
  const root = mkdtempSync(join(tmpdir(), 'cilium-align-forged-'));
  const forged = createRepository(root, 'mallory', 'forged');
  const base = forged.commit('main', drift);
  forged.git('update-ref', 'refs/heads/main', forged.merge(base, forged.commit('other', { 'README.md': '# Forged\n' }))!);
  forged.git('config', 'core.bare', 'false');
  forged.git('config', 'core.worktree', '.');
  const files = readdirSync(forged.directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const number = await scene.pull({
    ...inFolder(drift),
    ...Object.fromEntries(
      files.map((entry) => [
        `infra/${relative(forged.directory, join(entry.parentPath, entry.name))}`,
        readFileSync(join(entry.parentPath, entry.name)),
      ]),
    ),
  });
  rmSync(root, { recursive: true });
  const step = await scene.run(number, { inputs: { path: 'infra' } });
  expect([step.code, step.outputs.base]).toEqual([1, scene.github.repository('octocat/infra').resolve('main')]);
});

it('a change is not hidden by a `.gitignore` that names it: Argo CD reads what is tracked', async () => {
  const number = await scene.pull({ ...drift, '.gitignore': 'cilium/\n' });
  const step = await scene.run(number);
  expect([step.code, step.outputs.outcome]).toEqual([1, 'drifted']);
});

it.each([
  ['no event', undefined],
  ['an event that is no JSON', '{"pull_request":'],
  ['an event of another shape', '{"pull_request":[{"number":"1"}],"number":{}}'],
  ['an event of nothing', 'null'],
  ['an event without end', `{"pull_request":${'['.repeat(100_000)}`],
])('%s is no reason to break', async (_, text) => {
  const directory = mkdtempSync(join(tmpdir(), 'cilium-align-event-'));
  const file = join(directory, 'event.json');
  if (text !== undefined) writeFileSync(file, text);
  const number = await scene.pull(drift);
  const step = await scene.run(number, { env: { GITHUB_EVENT_PATH: file } });
  rmSync(directory, { recursive: true });
  expect([step.code, step.outputs.outcome]).toEqual([1, 'drifted']);
});

it('a configuration that is broken is said at its line, and only in a page’s own words', async () => {
  await scene.github.commit('octocat/infra', 'main', { '.cilium-align.yaml': `allow:\n  - setting: [::error::forged\n` });
  const step = await scene.run(await scene.pull({ ...aligned, ...drift }));
  expect(step.code).toBe(1);
  expect(step.commands.filter(({ data }) => data === 'forged')).toEqual([]);
});
