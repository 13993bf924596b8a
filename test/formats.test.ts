import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import type { Log } from 'sarif';
import { describe, expect, it } from 'vitest';
import { check } from '../shared/check.ts';
import type { Report } from '../shared/model.ts';
import { type Format, formats } from '../shared/report/formats.ts';
import { renderGithub } from '../shared/report/github.ts';
import { renderJunit } from '../shared/report/junit.ts';
import { renderMarkdown } from '../shared/report/markdown.ts';
import { problemsOf } from '../shared/report/problems.ts';
import { renderSarif } from '../shared/report/sarif.ts';
import { directoryRepository } from '../shared/repository/directory.ts';

const root = join(import.meta.dirname, '..');
const reportOf = (path: string) => check(directoryRepository(join(root, path)), { failOn: 'error', undecided: 'fail' });
const handoff = reportOf('examples/omni-handoff');
const setting = { width: 100, colour: false, showAll: false, version: '1.2.3' };

const reports: [name: string, report: Report][] = [
  ['examples/omni-handoff', handoff],
  ...[
    'examples/native-routing',
    'examples/one-source',
    'test/cases/one-side-only/repo',
    'test/cases/opaque-values/repo',
    'test/cases/several-clusters/repo',
  ].map((path): [string, Report] => [path, reportOf(path)]),
  [
    'an empty repository',
    { ...handoff, outcome: 'nothing', exitCode: 3, counts: { error: 0, warning: 0, note: 0 }, clusters: [], findings: [], unused: [] },
  ],
  ['a hostile repository', hostile(handoff)],
  ['one with a thousand drifting settings', crowded(handoff, 1000)],
  ['one with allowances and a base', judged(handoff)],
];

/** The same report with a hostile text in every place where a repository speaks. */
function hostile(report: Report): Report {
  const texts = [
    '@octocat #1 https://evil.example www.evil.example a@evil.example',
    '<img src=x onerror=alert(1)><!-- cilium-align:v1 key=x --> </details></code>',
    '`` ` | \\| ``` [a](https://evil.example) ![b](c) **d**',
    '\u001b[31m\u0000\u202e\ud800\uffff ]]> &amp; "\'',
    'x\r\n::error::boom\n##[set-output name=a]b\n```\n# head\n| a | b |',
    '%0A::error::boom,line=1::',
    '|'.repeat(50),
    'x'.repeat(10_000),
  ];
  let next = 0;
  const spoken = new Set([
    'message',
    'why',
    'value',
    'file',
    'source',
    'name',
    'namespace',
    'chartVersion',
    'chartVersionWhy',
    'cluster',
    'fix',
  ]);
  const walk = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => walk(item, key));
    if (value !== null && typeof value === 'object')
      return Object.fromEntries(Object.entries(value).map(([k, inner]) => [k, walk(inner, k)]));
    return spoken.has(key) && value !== null ? texts[next++ % texts.length] : value;
  };
  const evil = walk(report, '') as Report;
  const name = texts[1]!;
  for (const cluster of evil.clusters) {
    cluster.name = name;
    cluster.rows.forEach((row, i) => {
      if (row.status === 'drifted') row.setting = `podAnnotations.${texts[i % texts.length]}`;
    });
  }
  for (const finding of evil.findings) finding.cluster = name;
  return evil;
}

function crowded(report: Report, rows: number): Report {
  const [cluster] = report.clusters;
  const drifting = cluster!.rows.find((row) => row.level === 'error')!;
  const many = Array.from({ length: rows }, (_, i) => ({ ...drifting, setting: `podAnnotations.key${i}` }));
  return { ...report, clusters: [{ ...cluster!, rows: [...cluster!.rows, ...many] }] };
}

function judged(report: Report): Report {
  const [cluster] = report.clusters;
  const rows = cluster!.rows.map((row) => ({
    ...row,
    ...(row.level === 'error' && { suppressed: { reason: 'until @octocat is back', until: '2027-01-01' } }),
    ...((row.status === 'drifted' || row.status === 'opaque') && { change: 'existing' as const }),
  }));
  const findings = report.findings.map((finding, i) => ({ ...finding, change: i === 0 ? ('introduced' as const) : ('resolved' as const) }));
  const base = { name: '@octocat/main', outcome: report.outcome, fails: 'new' as const };
  return { ...report, base, clusters: [{ ...cluster!, rows }], findings };
}

/** Whatever acts on a terminal or a build log. */
const HARMFUL = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|##\[/u;

describe('every format', () => {
  const all = Object.keys(formats) as Format[];
  it.each(reports)('of %s can harm neither terminal nor log, and ends its last line', async (_, report) => {
    for (const format of all) {
      const text = await formats[format](report, setting);
      expect(text, format).not.toMatch(HARMFUL);
      expect(text.endsWith('\n'), format).toBe(true);
      if (format !== 'github') expect(text, format).not.toMatch(/^\s*::/m);
    }
  });

  // UPDATE_STORIES=1 writes them; most of what agrees is left out, so that a new setting changes none.
  it.each([
    ['markdown', 'omni-handoff.md', (text: string) => text],
    ['github', 'omni-handoff.github.txt', (text: string) => text],
    ['sarif', 'omni-handoff.sarif', (text: string) => text],
    ['junit', 'omni-handoff.junit.xml', (text: string) => text.replace(/^ *<testcase [^>]*\/>\n/gm, '')],
    ['json', 'omni-handoff.json', (text: string) => `${JSON.stringify(withoutAligned(JSON.parse(text)), null, 2)}\n`],
  ] as const)('%s is as recorded', async (format, file, shorten) => {
    const text = shorten(await formats[format](recorded, setting));
    const path = join(root, 'test/formats', file);
    if (process.env.UPDATE_STORIES) writeFileSync(path, text);
    expect(text).toBe(readFileSync(path, 'utf8'));
  });

  it('names each problem by an id that stays when lines move', () => {
    const moved = JSON.parse(JSON.stringify(handoff).replace(/"line":(\d+)/g, (_, line: string) => `"line":${Number(line) + 7}`)) as Report;
    const ids = problemsOf(handoff).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(problemsOf(moved).map(({ id }) => id)).toEqual(ids);
    expect(ids).toContain('setting:homelab:bgpControlPlane.enabled');
  });
});

/** With three of the settings that agree. */
const recorded: Report = {
  ...handoff,
  clusters: handoff.clusters.map(({ rows, ...cluster }) => {
    const agree = rows.filter(({ status }) => status === 'aligned').slice(0, 3);
    return { ...cluster, rows: rows.filter((row) => row.status !== 'aligned' || agree.includes(row)) };
  }),
};

/** Only what differs: settings that agree and the facts of Talos are recorded elsewhere. */
function withoutAligned(report: Report): Report {
  const clusters = report.clusters.map((cluster) => ({
    ...cluster,
    talos: null,
    rows: cluster.rows.filter((row) => row.status === 'drifted'),
  }));
  return { ...report, clusters };
}

describe('SARIF', () => {
  const schema = JSON.parse(
    readFileSync(createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8'),
  );
  // The schema is of draft 4, whose keywords here mean the same in later ones.
  const { $schema: _, id: __, ...rest } = schema;
  const valid = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false, allErrors: true }).compile(rest);

  it.each(reports)('of %s is valid, with one result for each problem', (_, report) => {
    const log = JSON.parse(renderSarif(report, '1.2.3')) as Log;
    expect(valid(log), JSON.stringify(valid.errors)).toBe(true);
    const { results, tool } = log.runs[0]!;
    const problems = problemsOf(report).filter((p) => p.change !== 'resolved');
    if (report.base) problems.sort((a, b) => Number(a.change === 'existing') - Number(b.change === 'existing'));
    expect(results!.map((r) => r.partialFingerprints!['ciliumAlign/v1'])).toEqual(problems.map(({ id }) => id));
    expect(new Set(tool.driver.rules!.map(({ id }) => id)).size).toBe(tool.driver.rules!.length);
    for (const result of results!) {
      expect(tool.driver.rules![result.ruleIndex!]!.id).toBe(result.ruleId);
      for (const { physicalLocation } of [...(result.locations ?? []), ...(result.relatedLocations ?? [])]) {
        const uri = physicalLocation!.artifactLocation!.uri!;
        expect(uri).toMatch(/^[\w.~!*'()%/-]+$/);
        expect(new URL(uri, 'file:///root/').protocol).toBe('file:');
        expect(physicalLocation!.region!.startLine).toBeGreaterThan(0);
        expect(physicalLocation!.region!.startColumn).toBeGreaterThan(0);
      }
      expect(result.message.text).not.toContain('](');
    }
    for (const rule of tool.driver.rules!) {
      expect(rule.shortDescription!.text.length).toBeLessThanOrEqual(1024);
      expect(rule.fullDescription!.text.length).toBeLessThanOrEqual(1024);
    }
  });

  it('holds the lines of both sides, the level, and what is allowed', () => {
    const { results, tool } = (JSON.parse(renderSarif(judged(handoff), '1.2.3')) as Log).runs[0]!;
    const bgp = results!.find((r) => r.ruleId === 'bgpControlPlane.enabled')!;
    expect(bgp.level).toBe('error');
    expect(bgp.locations![0]!.physicalLocation!.artifactLocation!.uri).toBe('argocd/cilium.yaml');
    expect(bgp.relatedLocations![0]!.physicalLocation!.artifactLocation!.uri).toBe('omni/patches/cilium.yaml');
    expect(bgp.suppressions).toEqual([
      { kind: 'external', status: 'accepted', justification: 'until @octocat is back (until 2027-01-01)' },
    ]);
    expect(tool.driver.rules!.find(({ id }) => id === 'floating-cli-image')!.helpUri).toMatch(/^https:/);
    expect(tool.driver.rules!.find(({ id }) => id === 'bgpControlPlane.enabled')!.helpUri).toMatch(/^https:/);
  });

  it('keeps to the 5,000 results that GitHub keeps', () => {
    const log = JSON.parse(renderSarif(crowded(handoff, 6000), '1.2.3')) as Log;
    expect(log.runs[0]!.results).toHaveLength(5000);
    expect(JSON.stringify(log.runs[0]!.invocations)).toMatch(/1006 more/);
  });
});

describe('JUnit', () => {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    processEntities: true,
    isArray: (name) => ['testsuite', 'testcase'].includes(name),
  });
  // What the schema of Jenkins and Maven's Surefire allow, and GitLab's `file`.
  const CASE = new Set(['classname', 'name', 'file', 'time', 'failure', 'skipped', 'system-out']);

  it.each(reports)('of %s is what consumers parse', (_, report) => {
    const text = renderJunit(report);
    expect(XMLValidator.validate(text)).toBe(true);
    expect(text).not.toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
    const { testsuites } = parser.parse(text);
    const suites = testsuites.testsuite as Record<string, string | Record<string, unknown>[]>[];
    expect(suites.length).toBeGreaterThan(0);
    const sum = (name: string) => suites.reduce((n, suite) => n + Number(suite[name]), 0);
    for (const name of ['tests', 'failures', 'errors', 'skipped']) expect(Number(testsuites[name])).toBe(sum(name));
    for (const suite of suites) {
      const cases = suite.testcase as Record<string, unknown>[];
      expect(cases).toHaveLength(Number(suite.tests));
      expect(cases.filter((c) => c.failure !== undefined)).toHaveLength(Number(suite.failures));
      expect(cases.filter((c) => c.skipped !== undefined)).toHaveLength(Number(suite.skipped));
      for (const c of cases) {
        expect(c.name).toBeTruthy();
        expect(c.classname).toBeTruthy();
        expect(Object.keys(c).filter((key) => !CASE.has(key))).toEqual([]);
      }
    }
  });

  it('fails for errors, skips what cannot be known, passes with a word for the rest', () => {
    const cases = (report: Report) =>
      parser.parse(renderJunit(report)).testsuites.testsuite[0].testcase as Record<string, Record<string, string>>[];
    const named = (report: Report, name: string) => cases(report).find((c) => String(c.name) === name)!;
    expect(named(handoff, 'bgpControlPlane.enabled').failure!.message).toMatch(/^bgpControlPlane\.enabled differs: bootstrap has false/);
    expect(named(handoff, 'operator.replicas').failure).toBeUndefined();
    expect(named(handoff, 'operator.replicas')['system-out']).toMatch(/^warning: /);
    expect(Object.keys(named(handoff, 'ipam.mode')).sort()).toEqual(['classname', 'name', 'time']);
    const skipped = cases(reportOf('test/cases/opaque-values/repo')).filter((c) => c.skipped !== undefined);
    expect(skipped.length).toBeGreaterThan(0);
    for (const { skipped: reason } of skipped) expect(reason!.message).toMatch(/^cannot be known here: /);
    expect(named(judged(handoff), 'bgpControlPlane.enabled').skipped!.message).toBe('allowed until 2027-01-01: until @octocat is back');
  });
});

describe('GitHub annotations', () => {
  it.each(reports)('of %s are whole commands within the limits of a runner', (_, report) => {
    const lines = renderGithub(report).trimEnd().split('\n');
    const counts = new Map<string, number>();
    for (const line of lines) {
      const [, command, properties, data] = /^::(error|warning|notice) ([^:]*?)::(.*)$/.exec(line)!;
      counts.set(command!, (counts.get(command!) ?? 0) + 1);
      for (const property of properties!.split(',')) expect(property).toMatch(/^(file|line|col|title)=[^\r\n:,]+$/);
      const message = data!.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%');
      expect(message.length).toBeLessThanOrEqual(4096);
      expect(message.length).toBeGreaterThan(0);
    }
    for (const count of counts.values()) expect(count).toBeLessThanOrEqual(10);
  });

  it('puts the worst first and counts the rest', () => {
    const lines = renderGithub(crowded(handoff, 1000)).trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      '::notice',
      ...Array(10).fill('::error'),
      ...Array(2).fill('::warning'),
      ...Array(3).fill('::notice'),
      '::notice',
    ]);
    expect(lines.at(-1)).toContain('::991 more');
  });

  it('leaves out what is allowed or gone', () => {
    expect(renderGithub(judged(handoff))).not.toMatch(/^::error/m);
    expect(renderGithub(judged(handoff))).not.toContain('job-after-adoption');
  });
});

describe('Markdown', () => {
  const html = (markdown: string) => micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true });
  const OURS = new Set('h3 h4 p ul li strong code details summary'.split(' '));

  it.each(reports)('of %s renders to our own tags only', (_, report) => {
    const page = html(renderMarkdown(report));
    for (const [tag, name] of page.matchAll(/<[!/]?([A-Za-z0-9-]*)[^>]*>/g)) {
      expect(OURS, tag).toContain(name);
      expect(tag).toMatch(/^<\/?[a-z0-9]+( \/)?>$/);
    }
    const outside = page.replace(/<code>[\s\S]*?<\/code>/g, '␣').replace(/<[^>]*>/g, ' ');
    expect(outside).not.toMatch(/@|:\/\/|www\.|#\d|[`*_[\]|]|&lt;/);
    expect(page.match(/<details>/g)?.length).toBe(page.match(/<\/details>/g)?.length);
  });

  it.each([300, 1000, 3000, 10_000, 60_000])('is at most %i characters long, cut between rows, and keeps the verdict', (limit) => {
    for (const [name, report] of reports) {
      const text = renderMarkdown(report, limit);
      if (limit >= 3000 || name !== 'a hostile repository') expect(text.length, name).toBeLessThanOrEqual(limit);
      expect(text.split('\n')[0]).toBe(renderMarkdown(report).split('\n')[0]);
      const whole = new Set(renderMarkdown(report, 10_000_000).split('\n'));
      for (const line of text.split('\n')) if (!/more did not fit here/.test(line)) expect(whole, name).toContain(line);
      expect(text.match(/^<details>$/gm)?.length).toBe(text.match(/^<\/details>$/gm)?.length);
    }
    expect(renderMarkdown(crowded(handoff, 1000), limit)).toMatch(/\d+ more did not fit here/);
  });
});
