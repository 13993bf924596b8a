import { describe, expect, test } from 'vitest';
import { mergeLayers } from '../../evaluate/helm/merge.ts';
import type { Declaration } from '../../model.ts';
import { memoryRepository } from '../../repository/memory.ts';
import { at, toPlain } from '../../tree.ts';
import { commandDeclarations } from './commands.ts';

const VALUES = 'ipam:\n  mode: kubernetes\nk8sServicePort: 7445\n';
const KUSTOMIZATION =
  'helmCharts:\n  - name: cilium\n    repo: https://helm.cilium.io\n    version: 1.18.2\n    releaseName: cilium\n    namespace: kube-system\n    valuesFile: values.yaml\n';

/** What a declaration says, in one line: form place name/namespace@version rank. */
function line(d: Declaration): string {
  return `${d.form} ${d.place.file}:${d.place.line}:${d.place.column} ${d.name}/${d.namespace}@${d.chartVersion} rank ${d.rank}`;
}

function read(files: Record<string, string>): { declarations: Declaration[]; unused: { file: string; why: string }[]; lines: string[] } {
  const repository = memoryRepository(files);
  const candidates = Object.entries(files)
    .filter(([, text]) => /cilium/i.test(text))
    .map(([path, text]) => ({ path, text }));
  const found = commandDeclarations(repository, candidates);
  return { ...found, lines: found.declarations.map(line) };
}

function values(d: Declaration | undefined): unknown {
  return JSON.parse(JSON.stringify(toPlain(mergeLayers(d?.layers ?? []).tree)));
}

describe('helm commands in scripts', () => {
  const table: [string, string, string[]][] = [
    [
      'install with literals',
      'helm install cilium cilium/cilium --version 1.18.2 -n kube-system',
      ['helm-command s.sh:1:1 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'upgrade --install, continued lines',
      'helm upgrade --install cilium \\\n  cilium/cilium \\\n  --version=v1.18.2 --namespace=kube-system',
      ['helm-command s.sh:1:1 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      '-i is --install',
      'helm upgrade -i cilium cilium/cilium --version 1.18.2 -nkube-system',
      ['helm-command s.sh:1:1 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'a mere upgrade is weak',
      'helm upgrade cilium cilium/cilium --version 1.18.2 -n kube-system',
      ['helm-command s.sh:1:1 cilium/kube-system@1.18.2 rank 2'],
    ],
    [
      '--repo',
      'helm install cilium cilium --repo https://helm.cilium.io/ --version 1.18.2 -n kube-system',
      ['helm-command s.sh:1:1 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'a registry',
      'helm install cilium oci://quay.io/cilium/charts/cilium --version 1.18.2 -n kube-system',
      ['helm-command s.sh:1:1 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'an archive',
      'helm install cilium https://helm.cilium.io/cilium-1.18.2.tgz -n kube-system',
      ['helm-command s.sh:1:1 cilium/kube-system@1.18.2 rank 4'],
    ],
    ['no version', 'helm install cilium cilium/cilium -n kube-system', ['helm-command s.sh:1:1 cilium/kube-system@null rank 4']],
    [
      'default of a variable',
      'V="${CILIUM_VERSION:-1.17.2}"\nhelm install cilium cilium/cilium --version "$V" -n kube-system',
      ['helm-command s.sh:2:1 cilium/kube-system@1.17.2 rank 4'],
    ],
    [
      'a variable that Git does not hold',
      'helm install cilium cilium/cilium --version "$CILIUM_VERSION" -n kube-system',
      ['helm-command s.sh:1:1 cilium/kube-system@null rank 4'],
    ],
    [
      'rendered and applied',
      'helm template cilium cilium/cilium --version 1.18.2 -n kube-system | kubectl apply -f -',
      ['helm-command s.sh:1:1 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'rendered to a file',
      'helm template cilium cilium/cilium --version 1.18.2 -n kube-system > talos/cilium.yaml',
      ['helm-command s.sh:1:1 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'only printed',
      'helm template cilium cilium/cilium --version 1.18.2 -n kube-system',
      ['helm-command s.sh:1:1 cilium/kube-system@1.18.2 rank 2'],
    ],
    ['only compared', 'helm template cilium cilium/cilium --version 1.18.2 | kubectl diff -f -', []],
    ['only checked', 'helm template cilium cilium/cilium --version 1.18.2 | kubeconform -strict', []],
    ['thrown away', 'helm template cilium cilium/cilium --version 1.18.2 > /dev/null', []],
    ['a dry run', 'helm install cilium cilium/cilium --version 1.18.2 --dry-run', []],
    ['advice is no command', 'echo "helm install cilium cilium/cilium --version 1.18.2"\n# helm lint', []],
    ['another chart', 'helm install argocd argo/argo-cd --version 9.0.0', []],
    ['Tetragon comes from the same repository', 'helm install tetragon cilium/tetragon --version 1.2.0', []],
    [
      'other verbs',
      'helm repo add cilium https://helm.cilium.io\nhelm uninstall cilium\nhelm diff upgrade cilium cilium/cilium\nhelm search repo cilium/cilium',
      [],
    ],
    [
      'in a condition',
      'if ! helm upgrade --install cilium cilium/cilium --version 1.18.2 -n kube-system; then exit 1; fi',
      ['helm-command s.sh:1:6 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'behind sudo and env',
      'sudo env KUBECONFIG=x helm install cilium cilium/cilium --version 1.18.2 -n kube-system',
      ['helm-command s.sh:1:23 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'in bash -c',
      "bash -c 'helm install cilium cilium/cilium --version 1.18.2 -n kube-system'",
      ['helm-command s.sh:1:1 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'captured and applied later',
      'm="$(helm template cilium cilium/cilium --version 1.18.2 -n kube-system)"\necho "$m" | kubectl apply -f -',
      ['helm-command s.sh:1:6 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'a function that is called with arguments',
      'install() {\n  helm install "$1" "cilium/$1" --version "$2" -n kube-system\n}\ninstall cilium 1.18.2\ninstall tetragon 1.2.0',
      ['helm-command s.sh:2:3 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'a function that nothing is seen to call',
      'V=1.18.2\ncmd_cni() {\n  helm install cilium cilium/cilium --version "$V" -n kube-system\n}\n"cmd_$1"',
      ['helm-command s.sh:3:3 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'a default that arguments may replace',
      'V=1.18.2\nwhile [[ $# -gt 0 ]]; do case "$1" in --version) V="$2"; shift 2;; *) shift;; esac; done\nhelm install cilium cilium/cilium --version $V -n kube-system',
      ['helm-command s.sh:3:1 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'a default where nothing is set',
      'if [ -z "$V" ]; then V=1.18.2; fi\nhelm install cilium cilium/cilium --version $V -n kube-system',
      ['helm-command s.sh:2:1 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'two versions under a condition are neither',
      'if [ "$1" = old ]; then V=1.17.0; else V=1.18.2; fi\nhelm install cilium cilium/cilium --version $V -n kube-system',
      ['helm-command s.sh:2:1 cilium/kube-system@null rank 4'],
    ],
    [
      'a loop over releases',
      'for r in cilium coredns; do\n  helm install $r charts/$r --version 1.18.2 -n kube-system\ndone',
      ['helm-command s.sh:2:3 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'the text of a version is cleaned',
      "V=$(echo v1.18.2 | sed 's/^v//' | tr -d '\\n')\nhelm install cilium cilium/cilium --version $V -n kube-system",
      ['helm-command s.sh:2:1 cilium/kube-system@1.18.2 rank 4'],
    ],
  ];
  test.each(table)('%s', (_, script, expected) => {
    expect(read({ 's.sh': script }).lines).toEqual(expected);
  });
});

describe('values of helm commands', () => {
  const install = 'helm install cilium cilium/cilium --version 1.18.2 -n kube-system';
  const table: [string, Record<string, string>, unknown][] = [
    ['a file that is decrypted first', { 's.sh': `${install} -f <(sops -d v.yaml)`, 'v.yaml': 'MTU: 1400\n' }, { MTU: 1400 }],
    [
      'a file beside the script',
      { 'boot/s.sh': `cd "$(dirname "$0")"\n${install} -f values.yaml`, 'boot/values.yaml': VALUES },
      { ipam: { mode: 'kubernetes' }, k8sServicePort: 7445 },
    ],
    [
      'from the root',
      { 'boot/s.sh': `${install} --values boot/v.yaml`, 'boot/v.yaml': VALUES },
      { ipam: { mode: 'kubernetes' }, k8sServicePort: 7445 },
    ],
    [
      'from where Git says the root is',
      { 'boot/s.sh': `R="$(git rev-parse --show-toplevel)"\n${install} -f "$R/a/v.yaml"`, 'a/v.yaml': VALUES },
      { ipam: { mode: 'kubernetes' }, k8sServicePort: 7445 },
    ],
    [
      'from the script upwards',
      { 'a/b/s.sh': `D="$(cd "$(dirname "\${BASH_SOURCE[0]}")/../.." && pwd)"\n${install} -f "\${D}/v.yaml"`, 'v.yaml': VALUES },
      { ipam: { mode: 'kubernetes' }, k8sServicePort: 7445 },
    ],
    [
      'below a variable that Git does not hold',
      { 's.sh': `${install} -f "$REPO/a/v.yaml"`, 'a/v.yaml': VALUES },
      { ipam: { mode: 'kubernetes' }, k8sServicePort: 7445 },
    ],
    [
      'below a home directory',
      { 's.sh': `${install} -f ~/src/a/v.yaml`, 'a/v.yaml': VALUES },
      { ipam: { mode: 'kubernetes' }, k8sServicePort: 7445 },
    ],
    [
      'two files and a comma',
      { 's.sh': `${install} -f a.yaml,b.yaml`, 'a.yaml': VALUES, 'b.yaml': 'k8sServicePort: 6443\n' },
      { ipam: { mode: 'kubernetes' }, k8sServicePort: 6443 },
    ],
    ['a here document', { 's.sh': `N=prod\n${install} -f - <<EOF\ncluster:\n  name: $N\nEOF` }, { cluster: { name: 'prod' } }],
    [
      'a file that the script writes first',
      { 's.sh': `cat > /tmp/v.yaml <<'EOF'\nipam:\n  mode: kubernetes\nEOF\n${install} -f /tmp/v.yaml` },
      { ipam: { mode: 'kubernetes' } },
    ],
    ['a substituted process', { 's.sh': `${install} -f <(cat v.yaml)`, 'v.yaml': 'MTU: 1400\n' }, { MTU: 1400 }],
    [
      'flags',
      { 's.sh': `${install} --set a.b=1,c={x,y} --set-string d=1 --set 'e.f=g'` },
      { a: { b: 1 }, c: ['x', 'y'], d: '1', e: { f: 'g' } },
    ],
    ['a quoted list', { 's.sh': `${install} --set caps="{A,B}"` }, { caps: ['A', 'B'] }],
    ['an array of arguments', { 's.sh': `args=(--set a=1)\nargs+=(--set b=2)\n${install} "\${args[@]}"` }, { a: 1, b: 2 }],
    ['text that is split', { 's.sh': `ARGS="--set a=1 --set b=2"\n${install} $ARGS` }, { a: 1, b: 2 }],
    [
      'a variable of a sourced file',
      { 's.sh': `source ./lib/env.sh\n${install} --set k8sServiceHost=$HOST`, 'lib/env.sh': 'HOST=10.0.0.1\n' },
      { k8sServiceHost: '10.0.0.1' },
    ],
    [
      'a variable of an environment file',
      { 's.sh': `${install} --set k8sServiceHost=$HOST`, '.envrc': 'export HOST=10.0.0.1\n' },
      { k8sServiceHost: '10.0.0.1' },
    ],
    [
      'export $(… | xargs)',
      { 's.sh': `export $(grep -v '^#' .conf | xargs)\n${install} --set a=$A`, '.conf': '# x\nA=1\nB=2\n' },
      { a: 1 },
    ],
    ['what a caller may add is not there', { 's.sh': `${install} --set a=1 "$@"` }, { a: 1 }],
  ];
  test.each(table)('%s', (_, files, expected) => {
    const { declarations } = read(files);
    expect(declarations).toHaveLength(1);
    expect(values(declarations[0])).toEqual(expected);
  });

  test('what cannot be known is opaque, and its neighbours are not', () => {
    const { declarations } = read({ 's.sh': `${install} --set k8sServiceHost="$VIP" --set MTU=1400 -f "$(mktemp)"` });
    const { tree } = mergeLayers(declarations[0]!.layers.filter((l) => l.kind === 'set'));
    expect(at(tree, 'k8sServiceHost')).toMatchObject({ kind: 'opaque', reason: 'the variable VIP is not set in Git' });
    expect(at(tree, 'MTU')).toMatchObject({ value: 1400 });
    expect(declarations[0]!.layers[0]).toMatchObject({ tree: { kind: 'opaque' } });
  });

  test('a flag that is only passed under a condition is opaque', () => {
    const { declarations } = read({ 's.sh': `args=(--set a=1)\nif [ "$1" = x ]; then args+=(--set b=2); fi\n${install} "\${args[@]}"` });
    const { tree } = mergeLayers(declarations[0]!.layers);
    expect(at(tree, 'a')).toMatchObject({ value: 1 });
    expect(at(tree, 'b')).toMatchObject({ kind: 'opaque', reason: 'a condition decides' });
  });

  test('what both branches of a list start with is passed all the same', () => {
    const script =
      'args=(--version 1.18.2 -n kube-system)\nif [ -n "$LAN" ]; then args+=(--set l2announcements.enabled=true); else args+=(--set bgpControlPlane.enabled=true); fi\nhelm install cilium cilium/cilium "${args[@]}"';
    const { declarations, lines } = read({ 's.sh': script });
    expect(lines).toEqual(['helm-command s.sh:3:1 cilium/kube-system@1.18.2 rank 4']);
    expect(at(mergeLayers(declarations[0]!.layers).tree, ['l2announcements', 'enabled'])?.kind).toBe('opaque');
  });

  test('a values file that is not in Git is opaque', () => {
    expect(read({ 's.sh': `${install} -f missing.yaml` }).declarations[0]!.layers).toMatchObject([
      { tree: { kind: 'opaque', reason: 'the values file missing.yaml is not in Git' } },
    ]);
  });

  test('places of a here document are those of the script', () => {
    const { declarations } = read({ 's.sh': `${install} -f - <<EOF\nipam:\n  mode: kubernetes\nEOF` });
    expect(at(mergeLayers(declarations[0]!.layers).tree, 'ipam.mode')).toMatchObject({ place: { file: 's.sh', line: 3, column: 9 } });
  });

  test('an umbrella chart: its own values first, everything from under the alias', () => {
    const { declarations } = read({
      's.sh': 'helm template cilium ./charts/net -n kube-system --set cni.MTU=1400 --set other.x=1 | kubectl apply -f -',
      'charts/net/Chart.yaml':
        'name: net\nversion: 0.1.0\ndependencies:\n  - name: cilium\n    alias: cni\n    version: 1.18.2\n    repository: https://helm.cilium.io\n',
      'charts/net/values.yaml': 'cni:\n  ipam:\n    mode: kubernetes\n',
    });
    expect(declarations.map(line)).toEqual(['helm-command s.sh:1:1 cilium/kube-system@1.18.2 rank 4']);
    expect(declarations[0]!.umbrella).toEqual({ named: true });
    expect(values(declarations[0])).toEqual({ ipam: { mode: 'kubernetes' }, MTU: 1400 });
  });

  test('yq of a literal path is looked up', () => {
    const { lines } = read({
      's.sh': `V=$(yq -r '.spec.sources[0].targetRevision' apps/cilium.yaml)\nhelm install cilium cilium/cilium --version "$V" -n kube-system`,
      'apps/cilium.yaml': 'spec:\n  sources:\n    - chart: cilium\n      targetRevision: 1.19.3\n',
    });
    expect(lines).toEqual(['helm-command s.sh:2:1 cilium/kube-system@1.19.3 rank 4']);
  });

  test('yq with select', () => {
    const { lines } = read({
      's.sh': `V=$(yq '.helmCharts[] | select(.name == "cilium") | .version' k.yaml)\nhelm install cilium cilium/cilium --version "$V" -n kube-system`,
      'k.yaml': 'helmCharts:\n  - name: a\n    version: 1.0.0\n  - name: cilium\n    version: 1.19.3\n',
    });
    expect(lines).toEqual(['helm-command s.sh:2:1 cilium/kube-system@1.19.3 rank 4']);
  });
});

describe('cilium install', () => {
  const table: [string, Record<string, string>, string[]][] = [
    [
      'from a script',
      { 's.sh': 'cilium install --version 1.18.2 --set ipam.mode=kubernetes' },
      ['cilium-command s.sh:1:1 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'a short version is its first patch',
      { 's.sh': 'cilium install --version v1.18' },
      ['cilium-command s.sh:1:1 cilium/kube-system@1.18.0 rank 4'],
    ],
    ['no version', { 's.sh': 'cilium install' }, ['cilium-command s.sh:1:1 cilium/kube-system@null rank 4']],
    [
      'namespace and name',
      { 's.sh': 'cilium -n net install --helm-release-name c --version 1.18.2' },
      ['cilium-command s.sh:1:1 c/net@1.18.2 rank 4'],
    ],
    [
      'a name that is one of two',
      { 's.sh': 'if command -v cilium; then C=cilium; else C=cilium-cli; fi\n"$C" install --version 1.18.2' },
      ['cilium-command s.sh:2:1 cilium/kube-system@1.18.2 rank 4'],
    ],
    ['other verbs', { 's.sh': 'cilium status --wait\ncilium upgrade --version 1.18.2\ncilium connectivity test\ncilium uninstall' }, []],
    ['only tried', { 's.sh': 'cilium install --version 1.18.2 --dry-run' }, []],
  ];
  test.each(table)('%s', (_, files, expected) => {
    expect(read(files).lines).toEqual(expected);
  });

  test('the installer and the pinned version of the tool are known', () => {
    const { declarations } = read({ 's.sh': 'cilium install', '.mise.toml': '[tools]\n"aqua:cilium/cilium-cli" = "0.18.7"\n' });
    expect(declarations[0]).toMatchObject({ installer: 'cilium-cli-workstation', ciliumCliVersion: '0.18.7' });
  });

  test('the context names the cluster', () => {
    expect(read({ 's.sh': 'cilium install --context admin@prod --version 1.18.2' }).declarations[0]!.clusters).toContainEqual(
      expect.objectContaining({ name: 'prod', strength: 3 }),
    );
  });
});

describe('kustomize builds', () => {
  const base = { 'apps/cilium/kustomization.yaml': KUSTOMIZATION, 'apps/cilium/values.yaml': VALUES };
  const table: [string, Record<string, string>, string[]][] = [
    [
      'kustomize build',
      { ...base, 's.sh': 'kustomize build --enable-helm apps/cilium | kubectl apply -f -' },
      ['kustomize-command s.sh:1:1 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'kubectl kustomize',
      { ...base, 's.sh': 'kubectl kustomize --enable-helm ./apps/cilium | kubectl apply --server-side -f -' },
      ['kustomize-command s.sh:1:1 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'into a variable',
      { ...base, 's.sh': 'r="$(kustomize build --enable-helm "apps/cilium")"\nprintf "%s" "$r" | kubectl apply -f -' },
      ['kustomize-command s.sh:1:6 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'a directory in an argument',
      {
        ...base,
        's.sh': 'up() {\n  kustomize build --enable-helm "${2}" | kubectl apply -f -\n}\nup Cilium apps/cilium\nup Other apps/other',
      },
      ['kustomize-command s.sh:2:3 cilium/kube-system@1.18.2 rank 4'],
    ],
    ['a check', { ...base, 's.sh': 'kustomize build --enable-helm apps/cilium > /dev/null' }, []],
  ];
  test.each(table)('%s', (_, files, expected) => {
    expect(read(files).lines).toEqual(expected);
  });

  test('a variable in the path stands for every overlay', () => {
    const { declarations } = read({
      's.sh':
        '#!/bin/sh\nC=${ctx#omni-}\nkustomize build ~/k8s/net/overlays/$C/ --enable-helm > ~/cilium.yaml\nkubectl apply -f ~/cilium.yaml',
      'net/overlays/home/kustomization.yaml': KUSTOMIZATION,
      'net/overlays/home/values.yaml': VALUES,
      'net/overlays/lab/kustomization.yaml': KUSTOMIZATION.replace('1.18.2', '1.17.0'),
      'net/overlays/lab/values.yaml': VALUES,
    });
    expect(declarations.map((d) => [d.chartVersion, d.clusters.map((c) => c.name)])).toEqual([
      ['1.18.2', ['home']],
      ['1.17.0', ['lab']],
    ]);
  });
});

test('a version that is empty is none, and does not take the next flag for itself', () => {
  const { declarations } = read({ 'up.sh': 'V=""\ncilium install --version "$V" --set MTU=1400\n' });
  expect(declarations).toMatchObject([{ chartVersion: null, chartVersionWhy: expect.stringMatching(/^no --version/) }]);
  expect(values(declarations[0])).toEqual({ MTU: 1400 });
});

test('a script that gives up without an argument is followed as if it had one', () => {
  const script = 'P="${1:-}"\n[ -n "$P" ] || exit 1\nV=1.18.2\nhelm install cilium cilium/cilium --version $V -n kube-system\n';
  expect(read({ 'up.sh': script }).lines).toEqual(['helm-command up.sh:4:1 cilium/kube-system@1.18.2 rank 4']);
});

test('a file that Git ignores may be there where the command runs', () => {
  const files = (ignored: string) => ({
    'up.sh': 'kustomize build --enable-helm cluster | kubectl apply -f -\n',
    'cluster/kustomization.yaml': `${KUSTOMIZATION}resources: [secret.yaml]\npatches: [{path: issuer.yaml}]\n`,
    'cluster/values.yaml': VALUES,
    '.gitignore': ignored,
  });
  const { declarations, unused } = read(files('secret.yaml\n*/issuer.yaml\n'));
  expect(declarations.flatMap((d) => d.findings)).toEqual([]);
  expect(unused.map(({ file, why }) => `${file} ${/cluster\/\w+\.yaml/.exec(why)?.[0]}`)).toEqual([
    'cluster/kustomization.yaml cluster/secret.yaml',
    'cluster/kustomization.yaml cluster/issuer.yaml',
  ]);
  expect(read(files('')).declarations[0]!.findings.map(({ rule }) => rule)).toEqual(['kustomize-refuses', 'kustomize-refuses']);
});

describe('places where commands stand', () => {
  const install = 'helm install cilium cilium/cilium --version 1.18.2 -n kube-system';
  const table: [string, Record<string, string>, string[]][] = [
    [
      'Taskfile: a list of commands',
      { 'Taskfile.yaml': `version: '3'\ntasks:\n  cni:\n    cmds:\n      - ${install}\n` },
      ['helm-command Taskfile.yaml:5:9 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'Taskfile: one that is hidden, and included',
      {
        'Taskfile.yaml': "version: '3'\nincludes:\n  k8s: kubernetes/.taskfile.yaml\n",
        'kubernetes/.taskfile.yaml': `version: '3'\ntasks:\n  cni:\n    cmds:\n      - ${install}\n`,
      },
      ['helm-command kubernetes/.taskfile.yaml:5:9 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'Taskfile: variables, a block, a shell variable',
      {
        'Taskfile.yaml': `version: '3'\nvars:\n  V: 1.18.2\n  D: '{{.ROOT_DIR}}/x'\ntasks:\n  cni:\n    vars:\n      NS: kube-system\n    cmds:\n      - |\n        echo hi\n        helm install cilium cilium/cilium --version {{.V}} -n {{.NS}} -f {{.D}}/v.yaml\n`,
        'x/v.yaml': VALUES,
      },
      ['helm-command Taskfile.yaml:12:9 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'Taskfile: sh variables and includes',
      {
        'Taskfile.yml': "version: '3'\nvars:\n  V:\n    sh: yq .v versions.yaml\nincludes:\n  boot: .taskfiles/boot\n",
        '.taskfiles/boot/Taskfile.yaml': "version: '3'\ntasks:\n  cni: helm install cilium cilium/cilium --version {{.V}} -n kube-system\n",
        'versions.yaml': 'v: 1.18.2\n',
      },
      ['helm-command .taskfiles/boot/Taskfile.yaml:3:8 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'Taskfile: a task that is called with variables',
      {
        'Taskfile.yaml':
          "version: '3'\ntasks:\n  all:\n    cmds:\n      - task: chart\n        vars: { NAME: cilium, V: 1.18.2 }\n      - task: chart\n        vars: { NAME: coredns, V: 1.0.0 }\n  chart:\n    cmds:\n      - helm install {{.NAME}} x/{{.NAME}} --version {{.V}} -n kube-system # cilium\n",
      },
      ['helm-command Taskfile.yaml:11:9 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'Taskfile: a directory of its own',
      {
        'k8s/Taskfile.yml':
          "version: '3'\ntasks:\n  cilium:\n    dir: net/cilium\n    cmds:\n      - kubectl kustomize --enable-helm . | kubectl apply -f -\n",
        'k8s/net/cilium/kustomization.yaml': KUSTOMIZATION,
        'k8s/net/cilium/values.yaml': VALUES,
      },
      ['kustomize-command k8s/Taskfile.yml:6:9 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'just: a recipe',
      {
        justfile: `v := "1.18.2"\n\n[private]\ncni ns="kube-system":\n    @helm install cilium cilium/cilium --version {{ v }} -n {{ ns }}\n`,
      },
      ['helm-command justfile:5:6 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'just: a script, paths and the environment',
      {
        'boot/mod.just':
          'dir := justfile_directory() / "net"\nv := env("V", "1.18.2")\n\ncni:\n    #!/usr/bin/env bash\n    set -e\n    helm install cilium cilium/cilium --version {{v}} -n kube-system \\\n      -f {{dir}}/v.yaml\n',
        justfile: "mod boot 'boot'\n",
        'net/v.yaml': VALUES,
      },
      ['helm-command boot/mod.just:7:5 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'just: an imported file works where its importer lies',
      {
        'a/b.justfile': 'cni:\n    kustomize build ./cilium --enable-helm | kubectl apply -f -\n',
        'a/prod/justfile': "import '../b.justfile'\n",
        'a/prod/cilium/kustomization.yaml': KUSTOMIZATION,
        'a/prod/cilium/values.yaml': VALUES,
      },
      ['kustomize-command a/b.justfile:2:5 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'just: a recipe that works elsewhere',
      {
        justfile:
          "[group('cni'), working-directory: 'net']\ncni:\n    kustomize build ./cilium --enable-helm | kubectl apply -f -\n\nother:\n    kustomize build ./cilium --enable-helm | kubectl apply -f -\n",
        'net/cilium/kustomization.yaml': KUSTOMIZATION,
        'net/cilium/values.yaml': VALUES,
      },
      ['kustomize-command justfile:3:5 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'make',
      { Makefile: 'V ?= 1.18.2\n\ncni:\n\t@helm install cilium cilium/cilium \\\n\t  --version $(V) -n kube-system\n' },
      ['helm-command Makefile:4:3 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      "make: the shell's own dollar",
      { Makefile: 'cni:\n\tV=1.18.2; helm install cilium cilium/cilium --version $$V -n kube-system\n' },
      ['helm-command Makefile:2:12 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'a variable of make in quotes',
      { Makefile: 'V := "1.18.2"\ncni:\n\thelm install cilium cilium/cilium --version ${V} -n kube-system\n' },
      ['helm-command Makefile:3:2 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'a function of make around others',
      {
        Makefile:
          'V := $(strip $(shell cat $(CURDIR)/version 2>/dev/null))\ncni:\n\thelm install cilium cilium/cilium --version $(V) -n $(if $(NS),$(or $(NS),x),kube-system)\n',
        version: '1.18.2\n',
      },
      ['helm-command Makefile:3:2 cilium/null@1.18.2 rank 4'],
    ],
    [
      'a workflow that installs',
      {
        '.github/workflows/bootstrap.yaml': `on:\n  workflow_dispatch: {}\nenv:\n  V: 1.18.2\njobs:\n  bootstrap:\n    steps:\n      - run: |\n          helm install cilium cilium/cilium --version \${{ env.V }} -n kube-system\n`,
      },
      ['helm-command .github/workflows/bootstrap.yaml:9:11 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'a workflow that checks pull requests',
      { '.github/workflows/lint.yaml': `on: pull_request\njobs:\n  lint:\n    steps:\n      - run: ${install}\n` },
      [],
    ],
    [
      'a workflow with a throw-away cluster',
      { '.github/workflows/e2e.yaml': `on: push\njobs:\n  e2e:\n    steps:\n      - uses: helm/kind-action@v1\n      - run: ${install}\n` },
      [],
    ],
    [
      'a document',
      {
        'README.md': `# Cilium\n\n\`\`\`bash\nV=1.18.2\n\`\`\`\n\ntext\n\n\`\`\`sh\n$ helm install cilium cilium/cilium \\\n    --version \${V} -n kube-system\n\`\`\`\n`,
      },
      ['helm-command README.md:10:3 cilium/kube-system@1.18.2 rank 2'],
    ],
    [
      'a document: a list, an indented block',
      { 'a.md': `1. x\n\n   \`\`\`console\n   ${install}\n   \`\`\`\n\nThen\n\n    cilium install --version 1.18.2\n` },
      ['helm-command a.md:4:4 cilium/kube-system@1.18.2 rank 2', 'cilium-command a.md:9:5 cilium/kube-system@1.18.2 rank 2'],
    ],
    [
      'a document: prose and output are none',
      { 'a.md': 'helm install cilium cilium/cilium\n\n```text\ncilium install is what you want\n```\n' },
      [],
    ],
    [
      'a document: placeholders',
      { 'a.md': '```sh\nhelm install cilium cilium/cilium --version <version> -n kube-system\n```\n' },
      ['helm-command a.md:2:1 cilium/kube-system@null rank 2'],
    ],
    [
      'a comment of a values file',
      { 'cilium-values.yaml': `# ${install} \\\n#   -f cilium-values.yaml\nipam: {}\n` },
      ['helm-command cilium-values.yaml:1:3 cilium/kube-system@1.18.2 rank 2'],
    ],
    ['commented out', { 'x.yaml': `a: 1\n# ${install}\n` }, ['helm-command x.yaml:2:3 cilium/kube-system@1.18.2 rank 1']],
    [
      'mise: a task',
      {
        '.mise.toml': `[tools]\nhelm = "3"\n\n[tasks.cni]\nrun = [\n  "echo hi",\n  "${install}",\n]\n\n[tasks.other]\nrun = '''\n#!/usr/bin/env bash\ncilium install --version 1.18.2\n'''\n`,
      },
      ['helm-command .mise.toml:7:4 cilium/kube-system@1.18.2 rank 4', 'cilium-command .mise.toml:13:1 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'a script for a throw-away cluster',
      { 's.sh': `kind create cluster\n${install}` },
      ['helm-command s.sh:2:1 cilium/kube-system@1.18.2 rank 3'],
    ],
    ['helm-secrets', { 's.sh': install.replace('helm', 'helm secrets') }, ['helm-command s.sh:1:1 cilium/kube-system@1.18.2 rank 4']],
    ['an example', { 'examples/s.sh': install }, ['helm-command examples/s.sh:1:1 cilium/kube-system@1.18.2 rank 3']],
    [
      'a script without an ending',
      { 'bin/up': `#!/usr/bin/env bash\n${install}\n` },
      ['helm-command bin/up:2:1 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'a script that a script calls',
      { 'a.sh': 'export V=1.18.2\n./b.sh kube-system\n', 'b.sh': '#!/bin/sh\nhelm install cilium cilium/cilium --version $V -n $1\n' },
      ['helm-command b.sh:2:1 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'a dispatcher that sources whatever it is told',
      {
        k: '#!/usr/bin/env bash\nR="$(cd "$(dirname "$0")" && pwd)"\nV="$(yq .cilium state.yaml)"\nsource "$R/cmd/$1.sh"\n',
        'cmd/install.sh': 'helm install cilium cilium/cilium --version "$V" -n kube-system\n',
        'state.yaml': 'cilium: 1.18.2\n',
      },
      ['helm-command cmd/install.sh:1:1 cilium/kube-system@1.18.2 rank 4'],
    ],
  ];
  test.each(table)('%s', (_, files, expected) => {
    expect(read(files).lines).toEqual(expected);
  });

  test('a document reads a file that moved, and says so', () => {
    const { declarations } = read({ 'p02/README.md': `\`\`\`sh\n${install} -f p2/v.yaml\n\`\`\`\n`, 'p02/v.yaml': VALUES });
    expect(values(declarations[0])).toEqual({ ipam: { mode: 'kubernetes' }, k8sServicePort: 7445 });
    expect(declarations[0]!.rankWhy).toContain('p2/v.yaml does not exist');
  });

  test('a document names a file without its directory', () => {
    const text = '```sh\nhelm template cilium cilium/cilium --version 1.18.2 -n kube-system -f cilium-values.yaml > cilium.yaml\n```\n';
    const one = read({ 'README.md': text, 'cluster/net/cilium-values.yaml': VALUES });
    expect(values(one.declarations[0])).toEqual({ ipam: { mode: 'kubernetes' }, k8sServicePort: 7445 });
    expect(one.declarations[0]?.rankWhy).toContain('the only file of that name');
    const two = read({ 'README.md': text, 'a/net/cilium-values.yaml': VALUES, 'b/net/cilium-values.yaml': VALUES });
    expect(two.declarations[0]?.layers).toMatchObject([{ tree: { kind: 'opaque' } }]);
  });

  test('a document builds any component, not Cilium', () => {
    const files = {
      'apps/net/cilium/overlays/home/kustomization.yaml': KUSTOMIZATION,
      'apps/net/cilium/overlays/home/values.yaml': VALUES,
    };
    const build = (path: string) => `\`\`\`sh\nkustomize build --enable-helm ${path} | kubectl apply -f -\n\`\`\`\n# cilium\n`;
    expect(read({ ...files, 'README.md': build('apps/<area>/<component>/overlays/<role>') }).lines).toEqual([]);
    expect(read({ ...files, 'README.md': build('apps/net/cilium/overlays/<cluster>') }).lines).toHaveLength(1);
  });

  test.each(['helm template cilium cilium/cilium --version 1.18.2', 'kustomize build --enable-helm cilium'])(
    'a document that shows how to look at what is rendered installs nothing: %s',
    (command) => {
      const { lines, unused } = read({
        'cilium/kustomization.yaml': KUSTOMIZATION,
        'cilium/values.yaml': VALUES,
        'README.md': `Look:\n\n\`\`\`sh\n${command}\n\`\`\`\n`,
      });
      expect(lines).toEqual([]);
      expect(unused).toMatchObject([{ file: 'README.md', why: expect.stringContaining('it only prints what it renders') }]);
    },
  );

  test('a file that a document shows', () => {
    const { declarations } = read({
      'README.md': `\`values.yaml\`:\n\n\`\`\`yaml\nipam:\n  mode: kubernetes\n\`\`\`\n\n\`\`\`sh\n${install} -f values.yaml\n\`\`\`\n`,
    });
    expect(at(mergeLayers(declarations[0]!.layers).tree, 'ipam.mode')).toMatchObject({
      value: 'kubernetes',
      place: { line: 5, column: 9 },
    });
  });

  test('callers are among the files, and what is called keeps its place', () => {
    const { declarations } = read({
      'Taskfile.yaml': "version: '3'\ntasks:\n  up:\n    cmds:\n      - bash scripts/cni.sh\n",
      'scripts/cni.sh': `${install}\n`,
    });
    expect(declarations.map(line)).toEqual(['helm-command scripts/cni.sh:1:1 cilium/kube-system@1.18.2 rank 4']);
    expect(declarations[0]!.files).toEqual(['scripts/cni.sh', 'Taskfile.yaml']);
  });

  test.each([
    ['bootstrap.nu', 'let version = "1.18.2"\n^helm install cilium cilium/cilium --version $version -n kube-system\n', 2],
    ['bootstrap.fish', 'set -x version 1.18.2\nif true\n  helm install cilium cilium/cilium --version $version -n kube-system\nend\n', 3],
  ])('another shell: what all shells read alike is read, its variables are not known (%s)', (path, text, at_) => {
    const { declarations } = read({ [path]: text });
    expect(declarations).toMatchObject([
      { form: 'helm-command', place: { file: path, line: at_ }, chartVersion: null, name: 'cilium', namespace: 'kube-system' },
    ]);
  });

  test.each([
    ["sops exec-env secrets.yaml 'helm install cilium cilium/cilium --version 1.18.2 -n kube-system'"],
    ['sops exec-file --no-fifo secrets.yaml "helm install cilium cilium/cilium --version 1.18.2 -n kube-system -f {}"'],
    ['sops exec-env secrets.yaml -- helm install cilium cilium/cilium --version 1.18.2 -n kube-system'],
  ])('a command that sops runs: %s', (text) => {
    expect(read({ 's.sh': `${text}\n` }).declarations).toMatchObject([{ form: 'helm-command', chartVersion: '1.18.2', name: 'cilium' }]);
  });

  const awk: [string, string, string | null][] = [
    ['the field of a line', `awk '$1 == "version:" {print $2; exit}' k.yaml`, '1.18.2'],
    ['quotes taken off', `awk '$1 == "quoted:" {gsub(/"/, "", $2); print $2; exit}' k.yaml`, '1.18.3'],
    ['a pattern and a pipe', "cat k.yaml | awk '/^ *version:/ {print $2}'", '1.18.2'],
    ['another separator', "awk -F': ' '/version:/ {print $2}' k.yaml", '1.18.2'],
    ['a line below another', 'awk \'/^charts:/ { seen = 1; next }\n  seen && $1 == "version:" { print $2; exit }\' k.yaml', '1.18.2'],
    ['nothing of the kind', "awk '{ n += $2 } END { print n }' k.yaml", null],
    ['a pattern of its own', "awk '/(a|b)*version/ {print $2}' k.yaml", null],
  ];
  test.each(awk)('a version that awk looks up: %s', (_, command, version) => {
    const { declarations } = read({
      's.sh': `V="$(${command})"\nhelm install cilium cilium/cilium --version "$V" -n kube-system\n`,
      'k.yaml': 'charts:\n  version: 1.18.2\nquoted: "1.18.3"\n',
    });
    expect(declarations).toMatchObject([{ chartVersion: version }]);
    expect(declarations[0]!.files.includes('k.yaml')).toBe(version !== null && !command.includes('|'));
  });

  test('what another script does not call, it does not install', () => {
    const { declarations } = read({
      'up.sh': `V=
if [ "$1" = talos ]; then
  V=1.18.2
fi
cni() {
  helm install cilium cilium/cilium --version "$V" -n kube-system
}
if [ "$1" = talos ]; then
  cni
fi
`,
      'check.sh': './up.sh openshift\n',
    });
    expect(declarations.map(line)).toEqual(['helm-command up.sh:6:3 cilium/kube-system@1.18.2 rank 4']);
  });

  test('a workflow that is started for one of several clusters installs each', () => {
    const { declarations } = read({
      '.github/workflows/bootstrap.yaml': `on:\n  workflow_dispatch:\n    inputs:\n      cluster:\n        type: choice\n        options: [a, b]\njobs:\n  up:\n    steps:\n      - run: ${install} --set cluster.name=\${{ inputs.cluster }}\n`,
    });
    expect(declarations.map((d) => [d.clusters.map((c) => c.name), values(d)])).toEqual([
      [['a'], { cluster: { name: 'a' } }],
      [['b'], { cluster: { name: 'b' } }],
    ]);
  });
});

describe('manifests that a command applies', () => {
  const config = (name: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cilium-config\n  namespace: kube-system\ndata:\n  cluster-name: ${name}\n`;
  const agent =
    'apiVersion: apps/v1\nkind: DaemonSet\nmetadata:\n  name: cilium\n  namespace: kube-system\nspec:\n  template:\n    spec:\n      containers:\n        - name: cilium-agent\n          image: quay.io/cilium/cilium:v1.18.2\n';
  test('one loop over the files of two directories is two installations', () => {
    const { declarations } = read({
      'Taskfile.yaml':
        "version: '3'\nvars:\n  ENV: test\ntasks:\n  up:\n    requires:\n      vars: [ENV]\n    sources:\n      - out/{{.ENV}}/cilium/*.yaml\n    cmds:\n      - for: sources\n        cmd: kubectl apply -f {{.ITEM}}\n",
      'out/test/cilium/c.yaml': config('test'),
      'out/test/cilium/d.yaml': agent,
      'out/prod/cilium/c.yaml': config('prod'),
      'out/prod/cilium/d.yaml': agent,
    });
    expect(declarations.map((d) => [d.form, d.chartVersion, d.files[0], d.clusters.map((c) => c.name)])).toEqual([
      ['rendered-manifest', '1.18.2', 'Taskfile.yaml', ['prod']],
      ['rendered-manifest', '1.18.2', 'Taskfile.yaml', ['test']],
    ]);
  });
});

describe('values files named for the bootstrap', () => {
  test('an overlay on an umbrella chart', () => {
    const { declarations } = read({
      'net/cilium/values.bootstrap.yaml': 'cilium:\n  hubble:\n    enabled: false\n',
      'net/cilium/values.yaml': 'cilium:\n  ipam:\n    mode: kubernetes\n',
      'net/cilium/Chart.yaml':
        'name: c\nversion: 0.1.0\ndependencies:\n  - name: cilium\n    version: 1.20.1\n    repository: https://helm.cilium.io\n',
    });
    expect(declarations.map(line)).toEqual(['values-file net/cilium/values.bootstrap.yaml:1:1 cilium/null@1.20.1 rank 3']);
    expect(values(declarations[0])).toEqual({ ipam: { mode: 'kubernetes' }, hubble: { enabled: false } });
  });

  test('one that a command reads is not named again', () => {
    const { lines } = read({
      's.sh': 'helm install cilium cilium/cilium --version 1.18.2 -n kube-system -f cilium-bootstrap-values.yaml',
      'cilium-bootstrap-values.yaml': VALUES,
    });
    expect(lines).toEqual(['helm-command s.sh:1:1 cilium/kube-system@1.18.2 rank 4']);
  });

  test('values of another chart are none', () => {
    expect(read({ 'values.bootstrap.yaml': 'server:\n  x: 1 # cilium\n' }).lines).toEqual([]);
  });
});

describe('hostile files', () => {
  const table: [string, Record<string, string>][] = [
    ['a script that calls itself', { 's.sh': './s.sh\nsource ./s.sh\nhelm install cilium cilium/cilium' }],
    [
      'texts that double',
      {
        's.sh': `x=aaaaaaaa\ny=(a b c d)\nfor i in $(echo ${'1 '.repeat(60)}); do x="$x$x"; y=("\${y[@]}" "\${y[@]}"); z=$(echo "$x$x"; echo "$z$z"); done\ncat > f <<EOF\n${'$x'.repeat(20000)}\nEOF\nhelm install cilium cilium/cilium -f f --set a=$x "\${y[@]}" $z`,
      },
    ],
    [
      'branches that add to one list, and branches that rewrite it',
      {
        's.sh': `f() { if [ -z "$Q" ]; then a+=("$1"); elif [ -z "$R" ]; then a+=("$1" x); b=("$1" "\${b[@]}"); else b=(y "\${b[@]}"); fi; }\nfor i in $(echo ${'1 2 3 '.repeat(40)}); do f "n$i" || a+=(z); done\nhelm install cilium cilium/cilium "\${a[@]}" "\${b[@]}"`,
      },
    ],
    [
      'lines and blanks without an end',
      {
        'a.md': `\`\`\`\n${'kubectl '.repeat(50000)}\n${' '.repeat(100000)}x\n\`\`\`\n`,
        'b.yaml': `# helm\n${'\n'.repeat(200000)}`,
        'c.yaml': `cilium: ${'kind '.repeat(50000)}`,
        Makefile: `cilium:\n${' '.repeat(100000)}x\n\thelm\n`,
        justfile: `cilium:\n a${' '.repeat(100000)}x\n    helm\n`,
      },
    ],
    ['functions that call each other', { 's.sh': 'a() { b; b; b; }\nb() { a; a; a; helm install cilium cilium/cilium; }\na' }],
    [
      'loops in loops',
      { 's.sh': `${'for i in 1 2 3 4 5 6 7 8 9 10; do '.repeat(12)} helm install cilium cilium/cilium ${'; done'.repeat(12)}` },
    ],
    ['deep nesting', { 's.sh': `${'( '.repeat(2000)}helm install cilium cilium/cilium${' )'.repeat(2000)}` }],
    [
      'a Taskfile that includes itself',
      {
        'Taskfile.yml':
          "version: '3'\nincludes:\n  a: .\ntasks:\n  x:\n    cmds:\n      - task: x\n        vars: { A: 1 }\n      - helm install cilium cilium/cilium\n",
      },
    ],
    [
      'justfiles that import each other',
      {
        justfile: "import 'b.just'\na := b\nb := a\nx:\n    helm install cilium cilium/cilium --version {{a}}\n",
        'b.just': "import 'justfile'\n",
      },
    ],
    [
      'parentheses of make without an end',
      { Makefile: `A = ${'$(strip ('.repeat(480)}\ncni:\n\thelm install cilium cilium/cilium $(A) ${'$('.repeat(1900)}\n` },
    ],
    ['make variables in a circle', { Makefile: 'A = $(B)\nB = $(A)\nx:\n\thelm install cilium cilium/cilium --version $(A)\n' }],
    [
      'helmfiles in a circle',
      {
        'helmfile.yaml':
          'bases: [helmfile.yaml]\nhelmfiles: [helmfile.yaml]\ntemplates:\n  a:\n    inherit:\n      - template: a\nreleases:\n  - name: cilium\n    inherit:\n      - template: a\n    chart: cilium/cilium\n',
      },
    ],
    [
      'prototype keys',
      {
        'Taskfile.yml':
          "version: '3'\nvars:\n  __proto__: x\n  constructor: y\ntasks:\n  __proto__: { cmds: [helm install cilium cilium/cilium --version '{{.constructor}}'] }\n",
      },
    ],
    [
      'braces without an end',
      {
        'Taskfile.yml': `version: '3'\ntasks:\n  x:\n    cmds:\n      - helm install cilium cilium/cilium ${'{{ '.repeat(5000)}\n`,
        'helmfile.yaml': `releases:\n  - chart: cilium/cilium\n    name: "${'{{ \\" '.repeat(5000)}"\n`,
      },
    ],
    ['unclosed quotes', { 's.sh': `helm install cilium cilium/cilium --set "a=b ${'$(x '.repeat(500)}` }],
  ];
  test.each(table)('%s', (_, files) => {
    expect(() => read(files)).not.toThrow();
  });
});
