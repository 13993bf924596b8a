// What a branch changes, as one line for each cluster, and a page of Markdown for those who want more:
//   node build/what-changed.js ~/src/homelab origin/main
import { writeFileSync } from 'node:fs';
import {
  type Cluster,
  check,
  compareWithBase,
  directoryRepository,
  findConfig,
  gitRepository,
  render,
  resolveRevision,
} from 'cilium-align';

const [directory = '.', revision = 'HEAD'] = process.argv.slice(2);

const files = directoryRepository(directory);
const before = gitRepository(directory, resolveRevision(directory, revision));
// What the working tree's configuration allows is allowed in both.
const config = findConfig(files) ?? false;
const report = compareWithBase(check(files, { config }), check(before, { config }), { config, name: revision });

for (const cluster of report.clusters) console.log(`${cluster.name ?? 'unnamed cluster'}: ${changes(cluster)}`);
writeFileSync('report.md', await render(report, 'markdown'));
process.exitCode = report.exitCode;

function changes({ rows }: Cluster): string {
  const introduced = rows.filter((row) => row.change === 'introduced' && row.level === 'error' && !row.suppressed);
  if (introduced.length === 0) return 'nothing new that would break it';
  return introduced.map(({ setting, bootstrap, argocd }) => `${setting} ${String(bootstrap.value)} → ${String(argocd.value)}`).join(', ');
}
