import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check } from '../check.ts';
import type { Report } from '../model.ts';
import { memoryRepository } from '../repository/memory.ts';
import { isWorthSaying } from './change-verdict.ts';
import { compareWithBase } from './changes.ts';
import { renderMarkdown } from './markdown.ts';

const example = join(import.meta.dirname, '../../examples/omni-handoff');
const [TEMPLATE, PATCH, APPLICATION] = ['omni/cluster-template.yaml', 'omni/patches/cilium.yaml', 'argocd/cilium.yaml'] as const;
const read = (file: string) => readFileSync(join(example, file), 'utf8');
const BGP = '        bgpControlPlane:\n          enabled: true\n';

/** The example's cluster as somebody has it who changed these texts of Argo CD's side, under a name of its own. */
function cluster(name: string, edits: Record<string, string> = {}): Record<string, string> {
  let application = read(APPLICATION).replace('https://kubernetes.default.svc', `https://${name}.example:6443`);
  for (const [from, to] of Object.entries(edits)) {
    expect(application).toContain(from);
    application = application.replace(from, to);
  }
  const files = { [TEMPLATE]: read(TEMPLATE).replace('name: homelab', `name: ${name}`), [PATCH]: read(PATCH), [APPLICATION]: application };
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`clusters/${name}/${path}`, text]));
}

const options = { failOn: 'error', undecided: 'warn' } as const;
const reportOf = (files: Record<string, string>): Report => check(memoryRepository(files), options);
const compare = (head: Record<string, string>, base: Record<string, string>): Report =>
  compareWithBase(reportOf(head), reportOf(base), { ...options, fails: 'new', name: 'main' });
const headline = (report: Report) => renderMarkdown(report).split('\n')[0];
const NONE = { [BGP]: '' };

describe('the first line of a page', () => {
  it.each<[string, Record<string, string>, Record<string, string>, string, boolean]>([
    [
      'a disruptive difference',
      cluster('lab'),
      cluster('lab', NONE),
      '✗ This change makes the bootstrap and Argo CD disagree: 1 new disruptive difference.',
      true,
    ],
    [
      'several differences',
      cluster('lab', {
        'routingMode: tunnel': 'routingMode: native',
        'hubble:': 'l2announcements:\n          enabled: true\n        hubble:',
      }),
      cluster('lab', NONE),
      '✗ This change makes the bootstrap and Argo CD disagree: 3 new differences, 2 of them disruptive, and 1 new error besides.',
      true,
    ],
    [
      'what was there',
      { ...cluster('lab'), 'README.md': 'lab' },
      cluster('lab'),
      '✓ Nothing new: 2 differences (1 disruptive) and 1 warning were there before this change.',
      false,
    ],
    [
      'what it resolves',
      cluster('lab', NONE),
      cluster('lab'),
      '✓ This change resolves 1 difference. 1 difference and 1 warning stay as before.',
      true,
    ],
    [
      'what it changes into something else',
      cluster('lab', { [BGP]: '        encryption:\n          enabled: true\n' }),
      cluster('lab'),
      '✗ This change makes the bootstrap and Argo CD disagree: 1 new disruptive difference. It resolves 1 other.',
      true,
    ],
    [
      'versions that part',
      cluster('lab', { ...NONE, 'targetRevision: 1.18.2': 'targetRevision: 1.19.0' }),
      cluster('lab', { ...NONE, 'targetRevision: 1.18.2': 'targetRevision: 1.18.1' }),
      '! This change moves the versions apart: bootstrap `1.18.1`, Argo CD `1.19.0`. With it come 3 changed chart defaults, and nothing disruptive.',
      true,
    ],
    [
      'a side that goes',
      Object.fromEntries(Object.entries(cluster('lab')).filter(([path]) => !path.includes('argocd'))),
      cluster('lab'),
      '– This change takes the Argo CD side of lab out of Git: nothing is left there to compare.',
      true,
    ],
    [
      'a value that goes out of sight',
      cluster('lab', { ...NONE, 'routingMode: tunnel': 'routingMode: ENC[AES256_GCM,data:Zm9v,iv:YmFy,tag:YmF6,type:str]' }),
      cluster('lab', NONE),
      '? After this change, Git does not say whether both sides agree about 1 disruptive setting: `routingMode`.',
      true,
    ],
    [
      'one of several clusters',
      { ...cluster('lab'), ...cluster('prod', NONE) },
      { ...cluster('lab', NONE), ...cluster('prod', NONE) },
      '✗ This change makes the bootstrap and Argo CD disagree in 1 of 2 clusters: 1 new disruptive difference.',
      true,
    ],
  ])('says %s', (_, head, base, words, isWorth) => {
    const report = compare(head, base);
    expect(headline(report)?.replaceAll('`', '')).toBe(`### ${words.replaceAll('`', '')}`);
    expect(isWorthSaying(report)).toBe(isWorth);
  });

  it('calls nothing good that fails by the policy', () => {
    const [head, base] = [reportOf({ ...cluster('lab'), 'README.md': 'lab' }), reportOf(cluster('lab'))];
    expect(headline(compareWithBase(head, base, { ...options, fails: 'all' }))).toMatch(/^### ✗ Nothing new: 2 differences/);
  });

  it('says what is where there is no base', () => {
    expect(headline(reportOf(cluster('lab')))).toBe('### ✗ lab: 1 disruptive difference between the bootstrap and Argo CD.');
  });
});

describe('a page about forty clusters', () => {
  const names = Array.from({ length: 40 }, (_, i) => `prod-${String(i).padStart(2, '0')}`);
  const fleet = (edits: (name: string) => Record<string, string>) => Object.assign({}, ...names.map((name) => cluster(name, edits(name))));
  const odd = { 'routingMode: tunnel': 'routingMode: native', 'tunnelProtocol: vxlan': 'MTU: 1400' };
  const page = renderMarkdown(
    compare(
      fleet((name) => (name === 'prod-07' ? odd : name === 'prod-09' ? NONE : {})),
      fleet(() => NONE),
    ),
  );

  it('says once what they say alike, and apart what one of them says', () => {
    expect(page.split('\n')[0]).toBe(
      '### ✗ This change makes the bootstrap and Argo CD disagree in 39 of 40 clusters: 3 new disruptive differences, and 1 new error besides.',
    );
    expect(page.match(/\*\*`bgpControlPlane.enabled`\*\*/g)).toHaveLength(1);
    expect(page).toContain('#### 39 of 40 clusters: `prod-00`, `prod-01`');
    expect(page).toContain('`clusters/prod-00/argocd/cilium.yaml:34` and 38 more → remove `bgpControlPlane.enabled`');
    expect(page.split('#### `prod-07`')[1]).toContain('**`routingMode`**');
    expect(page.length).toBeLessThan(40_000);
  });

  it('names no edit for what a running cluster cannot change: which side moved away is not known', () => {
    const block = page.split('**`routingMode`**')[1]!.split('\n- ')[0]!;
    expect(block).toContain('→ make both sides say what runs: a running cluster cannot take another value');
    expect(block.match(/→/g)).toHaveLength(1);
  });
});

describe('what stands beside the report', () => {
  it('is shown with it, as text', () => {
    const page = renderMarkdown(compare(cluster('lab'), cluster('lab', NONE)), 60_000, {
      notices: ['no base could be fetched: @octocat'],
      configuration: ['allows `bgpControlPlane.enabled`: the lab has no BGP'],
    });
    expect(page.split('\n').slice(0, 3)).toEqual([expect.stringMatching(/^### ✗/), '', '- no base could be fetched: `@octocat`']);
    expect(page).toContain('It counts once it is merged:**\n\n- allows `bgpControlPlane.enabled`: the lab has no BGP\n');
  });
});
