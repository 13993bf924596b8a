import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { XMLValidator } from 'fast-xml-parser';
import { check } from '../../shared/check.ts';
import { fix } from '../../shared/fix/fix.ts';
import type { Report } from '../../shared/model.ts';
import { type Format, formats } from '../../shared/report/formats.ts';
import { asBytes, type Case, repositoryOf, sizeOf } from './case.ts';

/** What must hold of every report, whatever the repository. */

const valid = new Ajv2020({ strict: false }).compile(
  JSON.parse(readFileSync(join(import.meta.dirname, '../../schema/report.schema.json'), 'utf8')),
);

/** Whatever acts on a terminal or a build log. */
const HARMFUL = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|##\[/u;
/** Pieces that readers put into texts for themselves. */
const INTERNAL = /[\ue000-\uf8ff]|\\u0000unseen/;
const SMALLEST_LIMIT = 2_000_000;

/** The report of a case. */
export const reportOf = (files: Case): Report => check(repositoryOf(files), { failOn: 'error', undecided: 'fail', today: '2026-06-01' });

/** Throws where a report is not what its schema says, or a format of it can do harm. */
export async function holdsUp(report: Report, files: Case): Promise<void> {
  const json = JSON.stringify(report);
  if (!valid(JSON.parse(json))) throw new Error(`the report breaks its schema: ${JSON.stringify(valid.errors?.[0])}`);
  if (INTERNAL.test(json) && !Object.entries(files).some(([path, text]) => /[\xee\xef][\x80-\xbf]{2}|\\[uU]/.test(path + text)))
    throw new Error(`the report shows what only readers may see: ${INTERNAL.exec(json)![0]}`);
  for (const format of Object.keys(formats) as Format[]) {
    const text = await formats[format](report, { width: 100, colour: false, showAll: true, version: '1.2.3' });
    const harm = HARMFUL.exec(text);
    if (harm) throw new Error(`${format} holds ${JSON.stringify(text.slice(Math.max(0, harm.index - 40), harm.index + 40))}`);
    if (!text.endsWith('\n')) throw new Error(`${format} does not end its last line`);
    if (format !== 'github' && /^\s*::/m.test(text)) throw new Error(`${format} holds a workflow command`);
    if (text.length > SMALLEST_LIMIT + 60 * sizeOf(files)) throw new Error(`${format} has ${text.length} characters`);
    if (format === 'json' || format === 'sarif') JSON.parse(text);
    if (format === 'junit' && XMLValidator.validate(text) !== true) throw new Error('junit is no XML');
  }
}

/** Throws where the order of files, a file that has nothing to do with it, or a second run makes another report. */
export function isDecided(report: Report, files: Case): void {
  const same = (other: Case, words: string, of: (report: Report) => unknown = (whole) => whole) => {
    const [one, two] = [JSON.stringify(of(report)), JSON.stringify(of(reportOf(other)))];
    if (one === two) return;
    let at = 0;
    while (one[at] === two[at]) at++;
    throw new Error(
      `${words} changes the report: ${one.slice(Math.max(0, at - 150), at + 150)} … ${two.slice(Math.max(0, at - 150), at + 150)}`,
    );
  };
  same(Object.fromEntries(Object.entries(files).reverse()), 'another order of the files');
  same({ 'zz-unrelated/notes.rst': 'nothing of interest\n', ...files }, 'an unrelated file', ({ outcome, counts, clusters, findings }) => ({
    outcome,
    counts,
    clusters,
    findings,
  }));
}

/** Throws where a row that `fix` has edited still differs once its files are written. */
export function mends(files: Case): void {
  for (const side of ['argocd', 'bootstrap'] as const) {
    const { files: edited, rows } = fix(repositoryOf(files), { failOn: 'error', undecided: 'fail', today: '2026-06-01', side });
    if (edited.length === 0) continue;
    const { clusters } = reportOf({ ...files, ...Object.fromEntries(edited.map(({ path, after }) => [path, asBytes(after)])) });
    for (const { cluster, setting, result } of rows) {
      const left = clusters.find(({ name }) => name === cluster)?.rows.find((row) => row.setting === setting);
      if (result === 'edited' && left?.status === 'drifted') throw new Error(`fix says that ${setting} agrees, and it does not`);
    }
  }
}

const CANARY = 'Zx9QcanaryV7k2';
const SIBLING = /^([ ]*)(ipam|kubeProxyReplacement|routingMode|operator|k8sServiceHost|hubble):/m;

/** Throws where a private key among Cilium's values gets into any format. */
export async function keepsSecrets(files: Case): Promise<void> {
  const found = Object.entries(files).find((entry): entry is [string, string] => typeof entry[1] === 'string' && SIBLING.test(entry[1]));
  if (!found) return;
  const [path, text] = found;
  const match = SIBLING.exec(text)!;
  const key = `${match[1]}tls: {ca: {key: ${CANARY}}}\n`;
  const report = reportOf({ ...files, [path]: text.slice(0, match.index) + key + text.slice(match.index) });
  for (const format of Object.keys(formats) as Format[]) {
    const shown = await formats[format](report, { width: 200, colour: false, showAll: true, version: '1.2.3' });
    const at = shown.replace(/\s+/g, '').indexOf(CANARY);
    if (at >= 0) throw new Error(`${format} shows a private key: ${shown.replace(/\s+/g, '').slice(Math.max(0, at - 200), at + 50)}`);
  }
}
