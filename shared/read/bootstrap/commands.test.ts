import { describe, expect, test } from 'vitest';
import { KUSTOMIZATION, line, readCommands, VALUES, values } from '../../../test/read-commands.ts';
import { mergeLayers } from '../../evaluate/helm/merge.ts';
import { at } from '../../tree.ts';

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
    [
      'a skill of an assistant',
      { '.claude/skills/look/scripts/check.sh': `${install}\n` },
      ['helm-command .claude/skills/look/scripts/check.sh:1:1 cilium/kube-system@1.18.2 rank 3'],
    ],
    [
      'a comment that says how',
      { 'values.yaml': `# Installed with: ${install}\na: 1\n` },
      ['helm-command values.yaml:1:19 cilium/kube-system@1.18.2 rank 2'],
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
    expect(readCommands(files).lines).toEqual(expected);
  });

  test('a document reads a file that moved, and says so', () => {
    const { declarations } = readCommands({ 'p02/README.md': `\`\`\`sh\n${install} -f p2/v.yaml\n\`\`\`\n`, 'p02/v.yaml': VALUES });
    expect(values(declarations[0])).toEqual({ ipam: { mode: 'kubernetes' }, k8sServicePort: 7445 });
    expect(declarations[0]!.rankWhy).toContain('p2/v.yaml does not exist');
  });

  test('a document names a file without its directory', () => {
    const text = '```sh\nhelm template cilium cilium/cilium --version 1.18.2 -n kube-system -f cilium-values.yaml > cilium.yaml\n```\n';
    const one = readCommands({ 'README.md': text, 'cluster/net/cilium-values.yaml': VALUES });
    expect(values(one.declarations[0])).toEqual({ ipam: { mode: 'kubernetes' }, k8sServicePort: 7445 });
    expect(one.declarations[0]?.rankWhy).toContain('the only file of that name');
    const two = readCommands({ 'README.md': text, 'a/net/cilium-values.yaml': VALUES, 'b/net/cilium-values.yaml': VALUES });
    expect(two.declarations[0]?.layers).toMatchObject([{ tree: { kind: 'opaque' } }]);
  });

  test('a document builds any component, not Cilium', () => {
    const files = {
      'apps/net/cilium/overlays/home/kustomization.yaml': KUSTOMIZATION,
      'apps/net/cilium/overlays/home/values.yaml': VALUES,
    };
    const build = (path: string) => `\`\`\`sh\nkustomize build --enable-helm ${path} | kubectl apply -f -\n\`\`\`\n# cilium\n`;
    expect(readCommands({ ...files, 'README.md': build('apps/<area>/<component>/overlays/<role>') }).lines).toEqual([]);
    expect(readCommands({ ...files, 'README.md': build('apps/net/cilium/overlays/<cluster>') }).lines).toHaveLength(1);
  });

  test.each(['helm template cilium cilium/cilium --version 1.18.2', 'kustomize build --enable-helm cilium'])(
    'a document that shows how to look at what is rendered installs nothing: %s',
    (command) => {
      const { lines, unused } = readCommands({
        'cilium/kustomization.yaml': KUSTOMIZATION,
        'cilium/values.yaml': VALUES,
        'README.md': `Look:\n\n\`\`\`sh\n${command}\n\`\`\`\n`,
      });
      expect(lines).toEqual([]);
      expect(unused).toMatchObject([{ file: 'README.md', why: expect.stringContaining('it only prints what it renders') }]);
    },
  );

  test('a file that a document shows', () => {
    const { declarations } = readCommands({
      'README.md': `\`values.yaml\`:\n\n\`\`\`yaml\nipam:\n  mode: kubernetes\n\`\`\`\n\n\`\`\`sh\n${install} -f values.yaml\n\`\`\`\n`,
    });
    expect(at(mergeLayers(declarations[0]!.layers).tree, 'ipam.mode')).toMatchObject({
      value: 'kubernetes',
      place: { line: 5, column: 9 },
    });
  });

  test('callers are among the files, and what is called keeps its place', () => {
    const { declarations } = readCommands({
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
    const { declarations } = readCommands({ [path]: text });
    expect(declarations).toMatchObject([
      { form: 'helm-command', place: { file: path, line: at_ }, chartVersion: null, name: 'cilium', namespace: 'kube-system' },
    ]);
  });

  test.each([
    ["sops exec-env secrets.yaml 'helm install cilium cilium/cilium --version 1.18.2 -n kube-system'"],
    ['sops exec-file --no-fifo secrets.yaml "helm install cilium cilium/cilium --version 1.18.2 -n kube-system -f {}"'],
    ['sops exec-env secrets.yaml -- helm install cilium cilium/cilium --version 1.18.2 -n kube-system'],
  ])('a command that sops runs: %s', (text) => {
    expect(readCommands({ 's.sh': `${text}\n` }).declarations).toMatchObject([
      { form: 'helm-command', chartVersion: '1.18.2', name: 'cilium' },
    ]);
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
    const { declarations } = readCommands({
      's.sh': `V="$(${command})"\nhelm install cilium cilium/cilium --version "$V" -n kube-system\n`,
      'k.yaml': 'charts:\n  version: 1.18.2\nquoted: "1.18.3"\n',
    });
    expect(declarations).toMatchObject([{ chartVersion: version }]);
    expect(declarations[0]!.files.includes('k.yaml')).toBe(version !== null && !command.includes('|'));
  });

  test('what another script does not call, it does not install', () => {
    const { declarations } = readCommands({
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
    const { declarations } = readCommands({
      '.github/workflows/bootstrap.yaml': `on:\n  workflow_dispatch:\n    inputs:\n      cluster:\n        type: choice\n        options: [a, b]\njobs:\n  up:\n    steps:\n      - run: ${install} --set cluster.name=\${{ inputs.cluster }}\n`,
    });
    expect(declarations.map((d) => [d.clusters.map((c) => c.name), values(d)])).toEqual([
      [['a'], { cluster: { name: 'a' } }],
      [['b'], { cluster: { name: 'b' } }],
    ]);
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
    expect(() => readCommands(files)).not.toThrow();
  });
});
