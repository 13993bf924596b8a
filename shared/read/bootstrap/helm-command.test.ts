import { describe, expect, test } from 'vitest';
import { line, readCommands, VALUES, values } from '../../../test/read-commands.ts';
import { mergeLayers } from '../../evaluate/helm/merge.ts';
import { at } from '../../tree.ts';

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
    expect(readCommands({ 's.sh': script }).lines).toEqual(expected);
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
    const { declarations } = readCommands(files);
    expect(declarations).toHaveLength(1);
    expect(values(declarations[0])).toEqual(expected);
  });

  test('what cannot be known is opaque, and its neighbours are not', () => {
    const { declarations } = readCommands({ 's.sh': `${install} --set k8sServiceHost="$VIP" --set MTU=1400 -f "$(mktemp)"` });
    const { tree } = mergeLayers(declarations[0]!.layers.filter((l) => l.kind === 'set'));
    expect(at(tree, 'k8sServiceHost')).toMatchObject({ kind: 'opaque', reason: 'the variable VIP is not set in Git' });
    expect(at(tree, 'MTU')).toMatchObject({ value: 1400 });
    expect(declarations[0]!.layers[0]).toMatchObject({ tree: { kind: 'opaque' } });
  });

  test('a flag that is only passed under a condition is opaque', () => {
    const { declarations } = readCommands({
      's.sh': `args=(--set a=1)\nif [ "$1" = x ]; then args+=(--set b=2); fi\n${install} "\${args[@]}"`,
    });
    const { tree } = mergeLayers(declarations[0]!.layers);
    expect(at(tree, 'a')).toMatchObject({ value: 1 });
    expect(at(tree, 'b')).toMatchObject({ kind: 'opaque', reason: 'a condition decides' });
  });

  test('what both branches of a list start with is passed all the same', () => {
    const script =
      'args=(--version 1.18.2 -n kube-system)\nif [ -n "$LAN" ]; then args+=(--set l2announcements.enabled=true); else args+=(--set bgpControlPlane.enabled=true); fi\nhelm install cilium cilium/cilium "${args[@]}"';
    const { declarations, lines } = readCommands({ 's.sh': script });
    expect(lines).toEqual(['helm-command s.sh:3:1 cilium/kube-system@1.18.2 rank 4']);
    expect(at(mergeLayers(declarations[0]!.layers).tree, ['l2announcements', 'enabled'])?.kind).toBe('opaque');
  });

  test('a values file that is not in Git is opaque', () => {
    expect(readCommands({ 's.sh': `${install} -f missing.yaml` }).declarations[0]!.layers).toMatchObject([
      { tree: { kind: 'opaque', reason: 'the values file missing.yaml is not in Git' } },
    ]);
  });

  test('places of a here document are those of the script', () => {
    const { declarations } = readCommands({ 's.sh': `${install} -f - <<EOF\nipam:\n  mode: kubernetes\nEOF` });
    expect(at(mergeLayers(declarations[0]!.layers).tree, 'ipam.mode')).toMatchObject({ place: { file: 's.sh', line: 3, column: 9 } });
  });

  test('an umbrella chart: its own values first, everything from under the alias', () => {
    const { declarations } = readCommands({
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
    const { lines } = readCommands({
      's.sh': `V=$(yq -r '.spec.sources[0].targetRevision' apps/cilium.yaml)\nhelm install cilium cilium/cilium --version "$V" -n kube-system`,
      'apps/cilium.yaml': 'spec:\n  sources:\n    - chart: cilium\n      targetRevision: 1.19.3\n',
    });
    expect(lines).toEqual(['helm-command s.sh:2:1 cilium/kube-system@1.19.3 rank 4']);
  });

  test('yq with select', () => {
    const { lines } = readCommands({
      's.sh': `V=$(yq '.helmCharts[] | select(.name == "cilium") | .version' k.yaml)\nhelm install cilium cilium/cilium --version "$V" -n kube-system`,
      'k.yaml': 'helmCharts:\n  - name: a\n    version: 1.0.0\n  - name: cilium\n    version: 1.19.3\n',
    });
    expect(lines).toEqual(['helm-command s.sh:2:1 cilium/kube-system@1.19.3 rank 4']);
  });
});
