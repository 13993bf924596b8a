import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { basename, join, resolve } from 'node:path';

// npm run bench [-- [--readme] DIR ...]: whole-process CPU seconds and peak memory of the bundled CLI against the floor, which is
// Node's start and reading the same bytes, and against `helm template` twice and `dyff` where both are installed. `--readme` writes the table into README.md.
// BENCH_NODE names the Node that is measured, BENCH_CHART a local chart archive for Helm.

const RUNS = 7;
const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'cilium-align-bench-'));

interface Usage {
  cpu: number;
  wall: number;
  memory: number;
}

/** Appends CPU seconds and peak memory of the process that loads it to a file; both contestants carry the same load. */
const meter = join(scratch, 'meter.cjs');
writeFileSync(
  meter,
  "process.on('exit',()=>{const u=process.resourceUsage();require('fs').writeFileSync(process.env.METER,JSON.stringify({cpu:(u.userCPUTime+u.systemCPUTime)/1e6,memory:u.maxRSS/1024}))})",
);
const floor = join(scratch, 'floor.cjs');
writeFileSync(
  floor,
  "const fs=require('fs'),p=require('path');const w=d=>{for(const e of fs.readdirSync(d,{withFileTypes:true})){if(e.name==='.git'||e.name==='node_modules')continue;const f=p.join(d,e.name);if(e.isDirectory())w(f);else if(e.isFile())fs.readFileSync(f)}};w(process.argv[2])",
);

function run(command: string, args: string[]): Usage {
  const file = join(scratch, 'usage.json');
  const start = performance.now();
  spawnSync(command, args, { env: { ...process.env, NODE_OPTIONS: `--require ${meter}`, METER: file }, stdio: 'ignore' });
  return { ...(JSON.parse(readFileSync(file, 'utf8')) as { cpu: number; memory: number }), wall: (performance.now() - start) / 1000 };
}

function median(measure: () => Usage): Usage {
  const runs = Array.from({ length: RUNS + 1 }, measure).slice(1);
  const middle = (key: keyof Usage) => runs.map((r) => r[key]).sort((a, b) => a - b)[Math.floor(RUNS / 2)]!;
  return { cpu: middle('cpu'), wall: middle('wall'), memory: middle('memory') };
}

/** A tree of YAML files of which one in a thousand concerns us. */
function generatedTree(files: number): string {
  const tree = join(scratch, `generated-${files}`);
  for (let i = 0; i < files; i++) {
    const directory = join(tree, `apps/team-${i % 50}/service-${Math.floor(i / 50)}`);
    mkdirSync(directory, { recursive: true });
    writeFileSync(
      join(directory, 'deployment.yaml'),
      `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: service-${i}\nspec:\n  replicas: 2\n  template:\n    spec:\n      containers:\n        - name: main\n          image: registry.example/service:${i}\n`,
    );
  }
  for (const example of ['omni-handoff']) {
    for (const file of readdirSync(join(root, 'examples', example), { recursive: true, encoding: 'utf8' })) {
      const from = join(root, 'examples', example, file);
      if (!statSync(from).isFile()) continue;
      mkdirSync(join(tree, file, '..'), { recursive: true });
      writeFileSync(join(tree, file), readFileSync(from));
    }
  }
  return tree;
}

function size(directory: string): { files: number; bytes: number } {
  let files = 0;
  let bytes = 0;
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.parentPath.includes('/.git')) continue;
    files++;
    bytes += statSync(join(entry.parentPath, entry.name)).size;
  }
  return { files, bytes };
}

/** Each of the two sides of the first example rendered by Helm with values extracted by hand, and the difference printed: what a person would do without this program. */
function helmAndDyff(): Usage | undefined {
  const chart = process.env.BENCH_CHART;
  if (chart === undefined || ['helm', 'dyff'].some((tool) => spawnSync(tool, ['version']).error)) return undefined;
  const side = (name: string) => join(scratch, `${name}.yaml`);
  writeFileSync(side('one-values'), 'ipam:\n  mode: kubernetes\n');
  writeFileSync(side('other-values'), 'ipam:\n  mode: kubernetes\nbgpControlPlane:\n  enabled: true\n');
  const script = `helm template cilium "$0" -f ${side('one-values')} > ${side('one')}; helm template cilium "$0" -f ${side('other-values')} > ${side('other')}; dyff between ${side('one')} ${side('other')}; times > ${side('times')}`;
  return median(() => {
    const start = performance.now();
    spawnSync('bash', ['-c', script, chart], { stdio: 'ignore' });
    const minutes = [...readFileSync(side('times'), 'utf8').matchAll(/(\d+)m([\d.]+)s/g)].map(([, m, s]) => Number(m) * 60 + Number(s));
    return { cpu: minutes.reduce((a, b) => a + b, 0), wall: (performance.now() - start) / 1000, memory: 0 };
  });
}

const asked = process.argv.slice(2).filter((argument) => argument !== '--readme');
const trees = [
  ...['omni-handoff', 'one-source', 'native-routing'].map((name) => ({ name: `examples/${name}`, path: join(root, 'examples', name) })),
  ...asked.map((path) => ({ name: basename(resolve(path)).replace('+', '/'), path })),
  { name: '10,000 generated files', path: generatedTree(10_000) },
  { name: '20,000 generated files', path: generatedTree(20_000) },
];
const node = process.env.BENCH_NODE ?? process.execPath;
const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
const lines = [
  `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${version}; median of ${RUNS} runs, CPU seconds of the whole process.`,
  '',
  '| tree | files | MB | floor | cilium-align | times the floor | wall s | peak MB |',
  '|---|---:|---:|---:|---:|---:|---:|---:|',
];
for (const { name, path } of trees) {
  const { files, bytes } = size(path);
  const least = median(() => run(node, [floor, path]));
  const ours = median(() =>
    run(node, [join(root, 'dist/cli/index.js'), path, '--format', 'json', '--output', join(scratch, 'report.json')]),
  );
  lines.push(
    `| ${name} | ${files} | ${(bytes / 1e6).toFixed(1)} | ${least.cpu.toFixed(3)} | ${ours.cpu.toFixed(3)} | ${(ours.cpu / least.cpu).toFixed(1)} | ${ours.wall.toFixed(2)} | ${ours.memory.toFixed(0)} |`,
  );
}
const byHand = helmAndDyff();
lines.push(
  '',
  byHand ? `\`helm template\` twice and \`dyff\`, chart local and values extracted by hand: ${byHand.cpu.toFixed(3)} s of CPU.` : '',
);
const table = `${lines.join('\n').trim()}\n`;
console.log(table);
if (process.argv.includes('--readme')) {
  const readme = join(root, 'README.md');
  writeFileSync(
    readme,
    readFileSync(readme, 'utf8').replace(/(<!-- bench -->\n)[\s\S]*?(<!-- \/bench -->)/, (_, open, close) => `${open}${table}${close}`),
  );
}
rmSync(scratch, { recursive: true, force: true });
