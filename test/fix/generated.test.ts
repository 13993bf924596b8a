import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { run } from '../../cli/run.ts';
import { check } from '../../shared/check.ts';
import { settingAt } from '../../shared/cilium/settings/index.ts';
import { fix } from '../../shared/fix/fix.ts';
import type { Report, Row, Side } from '../../shared/model.ts';
import { memoryRepository } from '../../shared/repository/memory.ts';
import type { Files } from '../generated/plan.ts';
import { write, writeFleet } from '../generated/write.ts';

// Repositories written from a known truth, bootstrap form × Argo CD form × layout: what fix writes makes its rows agree and changes nothing else.
const SEEDS = 24;
const IN_A_DIRECTORY = 5;
const POLICY = { failOn: 'error', undecided: 'fail' } as const;

const filesOf = (seed: number): Files => (seed % 10 === 0 ? writeFleet(seed) : write(seed)).files;
const sideOf = (seed: number): Side => (seed % 2 === 0 ? 'bootstrap' : 'argocd');
const agrees = (status: string | undefined) => status === undefined || status === 'aligned' || status === 'irrelevant';

/** Every row as `cluster setting`, with its status and both values. */
function rowsOf({ clusters }: Report) {
  return new Map<string, Row>(clusters.flatMap(({ name, rows }) => rows.map((row) => [`${name} ${row.setting}`, row] as const)));
}

describe('what fix writes into a generated repository', () => {
  it('makes its rows agree, and everything else stays', { timeout: 120_000 }, async () => {
    let edited = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      // The runner is told of progress between two repositories.
      await setImmediate();
      const files = filesOf(seed);
      const side = sideOf(seed);
      const result = fix(memoryRepository(files), { ...POLICY, side });
      const after = { ...files };
      for (const { path, before, after: text, file } of result.files) {
        expect(files[path], `seed ${seed}`).toBe(before);
        expect(file).toBe(path);
        after[path] = text;
      }
      if (result.files.length === 0) continue;
      const [old, now] = [check(memoryRepository(files), POLICY), check(memoryRepository(after), POLICY)];
      const [was, is] = [rowsOf(old), rowsOf(now)];
      const goals = new Set<string>(
        result.rows.filter((row) => row.result === 'edited').map(({ cluster, setting }) => `${cluster} ${setting}`),
      );
      edited += goals.size;
      for (const name of goals) expect(agrees(is.get(name)?.status), `seed ${seed}: ${name}`).toBe(true);
      const other = side === 'bootstrap' ? 'argocd' : 'bootstrap';
      for (const name of new Set<string>([...was.keys(), ...is.keys()])) {
        const [before, since] = [was.get(name), is.get(name)];
        if (goals.has(name)) continue;
        expect(since?.status === before?.status || agrees(since?.status), `seed ${seed}: ${name} ${before?.status} ${since?.status}`).toBe(
          true,
        );
        if (side === 'argocd' && settingAt(name.split(' ')[1]!)?.migratable === false)
          expect(since?.argocd.value, `seed ${seed}: ${name}`).toEqual(before?.argocd.value);
        if (before?.status === 'aligned' && since) expect(since[other].value, `seed ${seed}: ${name}`).toEqual(before[other].value);
      }
      const known = new Set(old.findings.map(({ id }) => id));
      expect(
        now.findings.filter(({ id, rule }) => !known.has(id) && rule !== 'two-copies'),
        `seed ${seed}`,
      ).toEqual([]);
      expect(fix(memoryRepository(after), { ...POLICY, side }).files, `seed ${seed}, again`).toEqual([]);
    }
    expect(edited).toBeGreaterThan(SEEDS / 2);
  });

  it('is what the command writes into a directory', async () => {
    let written = 0;
    for (let seed = 1; written < IN_A_DIRECTORY; seed++) {
      const [files, side] = [filesOf(seed), sideOf(seed)];
      const expected = fix(memoryRepository(files), { ...POLICY, side }).files;
      if (expected.length === 0) continue;
      written++;
      const root = mkdtempSync(join(tmpdir(), 'cilium-align-fix-'));
      try {
        for (const [path, text] of Object.entries(files)) {
          mkdirSync(dirname(join(root, path)), { recursive: true });
          writeFileSync(join(root, path), text);
        }
        let said = '';
        const say = (text: string) => {
          said += text;
        };
        const surroundings = {
          stdout: say,
          stderr: say,
          env: {},
          isTerminal: false,
          isErrorTerminal: false,
          columns: 100,
        };
        const code = await run(['fix', '--edit', side, '--write', root], surroundings);
        expect([0, 1], said).toContain(code);
        const found = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
        const texts = Object.fromEntries(
          found.map(({ parentPath, name }) => [
            join(parentPath, name).slice(root.length + 1),
            readFileSync(join(parentPath, name), 'utf8'),
          ]),
        );
        expect(texts).toEqual({ ...files, ...Object.fromEntries(expected.map(({ path, after }) => [path, after])) });
      } finally {
        rmSync(root, { recursive: true, force: true });
      }
    }
  });
});
