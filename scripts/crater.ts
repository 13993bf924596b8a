import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { check } from '../shared/check.ts';
import type { Cluster, Report } from '../shared/model.ts';
import { directoryRepository } from '../shared/repository/directory.ts';
import { gitRepository, resolveRevision } from '../shared/repository/git.ts';
import type { Repository } from '../shared/repository/repository.ts';

// npm run crater -- DIR [--update]: one line a repository, then what differs from the last recorded answers; exits with 1 where anything does.
// DIR holds owner+name.tar.gz, owner+name (a working tree) or owner+name/repo (a bare repository, whose HEAD is read).
// What a repository's answer was judged by is written by hand into the record; an answer that changed loses it.

/** What the product says of one repository, as facts of our own: no text of anyone's files. */
interface Answer {
  outcome: string;
  /** `name: bootstrap form and version | argocd form and version | outcome`. */
  clusters: string[];
  /** Settings that drift, by their level. */
  drifts: string[];
  /** Rules that are broken, with how often. */
  findings: string[];
}

/** `judged` says who held the answer against what; null: nobody yet. */
interface Recorded extends Answer {
  judged: string | null;
}

const [directory, ...options] = process.argv.slice(2);
if (directory === undefined || options.some((option) => option !== '--update')) {
  console.error(
    'npm run crater -- DIR [--update]: DIR holds archives (owner+name.tar.gz), working trees or bare repositories (owner+name/repo)',
  );
  process.exit(2);
}

const entries = readdirSync(directory)
  .filter((name) => name.includes('+'))
  .sort();
// Archives hold YAML alone, so that they have answers of their own.
const kind = entries.every((name) => name.endsWith('.tar.gz')) ? 'archives' : 'checkouts';
const file = join(import.meta.dirname, '../test/crater', `${kind}.json`);
const recorded: Record<string, Recorded> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
const answers: Record<string, Recorded> = { ...recorded };
let changed = 0;

for (const entry of entries) {
  const name = nameOf(entry);
  const answer = answerOf(join(directory, entry));
  const before = recorded[name];
  const same = before !== undefined && JSON.stringify({ ...before, judged: null }) === JSON.stringify({ ...answer, judged: null });
  answers[name] = { ...answer, judged: same ? before.judged : null };
  console.log(
    `${name}: ${answer.outcome}; ${answer.clusters.join('; ') || 'no cluster'}; ${answer.drifts.length} drift, ${answer.findings.length} rules broken`,
  );
  if (same) continue;
  changed++;
  for (const line of difference(before, answer)) console.log(`  ${line}`);
}
const unjudged = entries.filter((entry) => answers[nameOf(entry)]?.judged === null).length;
console.log(`\n${entries.length} repositories, ${changed} with another answer than recorded, ${unjudged} whose answer nobody has judged`);
if (options.includes('--update')) writeFileSync(file, `${JSON.stringify(Object.fromEntries(Object.entries(answers).sort()), null, 2)}\n`);
else if (changed > 0) process.exit(1);

/** `owner/name`, as GitHub writes it. */
function nameOf(entry: string): string {
  return entry.replace(/\.tar\.gz$/, '').replace('+', '/');
}

function answerOf(path: string): Answer {
  const scratch = mkdtempSync(join(tmpdir(), 'cilium-align-crater-'));
  try {
    return factsOf(check(open(path, scratch), { failOn: 'error', undecided: 'fail' }));
  } catch (error) {
    return { outcome: `crashed: ${(error as Error).message}`, clusters: [], drifts: [], findings: [] };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function open(path: string, scratch: string): Repository {
  if (statSync(path).isFile()) {
    const { status, stderr } = spawnSync('tar', ['xzf', path, '-C', scratch], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`tar cannot unpack ${basename(path)}: ${stderr.trim()}`);
    return directoryRepository(scratch);
  }
  const bare = join(path, 'repo');
  return existsSync(join(bare, 'HEAD')) ? gitRepository(bare, resolveRevision(bare, 'HEAD')) : directoryRepository(path);
}

function factsOf({ outcome, clusters, findings }: Report): Answer {
  const rules = new Map<string, number>();
  for (const { rule, level } of findings) rules.set(`${level} ${rule}`, (rules.get(`${level} ${rule}`) ?? 0) + 1);
  return {
    outcome,
    clusters: clusters
      .map((cluster) => `${cluster.name ?? '(no name)'}: ${side(cluster, 'bootstrap')} | ${side(cluster, 'argocd')} | ${cluster.outcome}`)
      .sort(),
    drifts: clusters
      .flatMap(({ name, rows }) =>
        rows.filter((row) => row.status === 'drifted').map((row) => `${name ?? '(no name)'}: ${row.level ?? 'note'} ${row.setting}`),
      )
      .sort(),
    findings: [...rules].map(([rule, times]) => (times === 1 ? rule : `${rule} ×${times}`)).sort(),
  };
}

function side(cluster: Cluster, which: 'bootstrap' | 'argocd'): string {
  const release = cluster[which];
  return release === null ? 'none' : `${release.form} ${release.chartVersion ?? '?'}`;
}

function difference(before: Answer | undefined, now: Answer): string[] {
  if (before === undefined) return ['+ not recorded yet'];
  const lines = (answer: Answer) => [`outcome ${answer.outcome}`, ...answer.clusters, ...answer.drifts, ...answer.findings];
  const [old, current] = [lines(before), lines(now)];
  return [
    ...old.filter((line) => !current.includes(line)).map((line) => `- ${line}`),
    ...current.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
  ];
}
