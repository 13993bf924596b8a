import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { write, writeFleet } from '../generated/write.ts';
import { asBytes, type Case, caseIn } from './case.ts';

const root = join(import.meta.dirname, '../..');

/** Every example, every story, and so many generated repositories that each form is among them. */
export function repositories(): Case[] {
  const folders = [
    ...readdirSync(join(root, 'examples')).map((name) => join(root, 'examples', name)),
    ...readdirSync(join(root, 'test/cases')).map((name) => join(root, 'test/cases', name, 'repo')),
  ].filter((folder) => existsSync(folder) && statSync(folder).isDirectory() && readdirSync(folder).length > 0);
  const generated = Array.from({ length: 60 }, (_, i) => (i % 10 === 9 ? writeFleet(i + 1) : write(i + 1)).files);
  return [...folders.map(caseIn), ...generated.map((files) => asCase(files))];
}

/** Texts as a case. */
export function asCase(files: Readonly<Record<string, string>>): Case {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, asBytes(text)]));
}

const values = 'ipam:\n  mode: kubernetes\nkubeProxyReplacement: true\n';
const install = 'helm upgrade --install cilium cilium/cilium --version 1.18.2 --namespace kube-system --values values.yaml';

/** What readers know and no story has, by kind. */
export const kinds = {
  ansible: [
    {
      'ansible/site.yml':
        '- hosts: localhost\n  vars:\n    cilium_version: 1.18.2\n    pods: "{{ cluster.pods | default(\'10.244.0.0/16\') }}"\n  vars_files: [vars.yml]\n  roles: [cilium]\n  tasks:\n    - include_tasks: more.yml\n      loop: [a, b]\n      when: cilium_version is version("1.18", ">=")\n',
      'ansible/vars.yml': 'cluster:\n  pods: 10.0.0.0/16\n  name: home\n',
      'ansible/more.yml':
        '- name: Cilium\n  shell: |\n    cilium install --version {{ cilium_version }} --set cluster.name={{ cluster.name }}\n',
      'ansible/roles/cilium/defaults/main.yml': 'cilium_values:\n  ipam: {mode: kubernetes}\n  cluster: {name: "{{ cluster.name }}"}\n',
      'ansible/roles/cilium/tasks/main.yml':
        '- kubernetes.core.helm:\n    name: cilium\n    chart_ref: cilium/cilium\n    chart_version: "{{ cilium_version }}"\n    release_namespace: kube-system\n    values: "{{ cilium_values }}"\n- template: {src: values.yaml.j2, dest: /tmp/values.yaml}\n- command: helm upgrade --install cilium cilium/cilium -n kube-system -f /tmp/values.yaml\n',
      'ansible/roles/cilium/templates/values.yaml.j2':
        'ipam:\n  mode: {{ mode | default("kubernetes") }}\n{% if cluster.pods is defined %}\nipv4NativeRoutingCIDR: {{ cluster.pods }}\n{% endif %}\n{% for d in devices %}\n- {{ d }}\n{% endfor %}\n',
    },
  ].map(asCase),
  scripts: [
    { 'bootstrap.nu': `let version = "1.18.2"\ndef main [--name: string = "home"] {\n  ^${install}\n}\n`, 'values.yaml': values },
    { 'bootstrap.fish': `set -l version 1.18.2\nfor f in *.yaml\n  ${install}\nend\n`, 'values.yaml': values },
    {
      'mise.toml': `[env]\nVERSION = "1.18.2"\n[tasks.cilium]\nrun = """\n${install} --set cluster.name=$VERSION\n"""\ndepends = ["a"]\n[tasks.a]\nrun = ["echo {{ env.VERSION }}"]\n`,
      'values.yaml': values,
    },
    {
      'talos.just':
        'version := "1.18.2"\nname := env("NAME", "home")\n\n[private]\ncilium target=name *args: (apply "x")\n    ' +
        install +
        ' --set cluster.name={{ target }} {{ args }}\n\napply x:\n    @just cilium {{ if x == "y" { "a" } else { "b" } }}\n',
      justfile: 'mod talos "talos.just"\nimport? "more.just"\nset shell := ["bash", "-c"]\n',
      'values.yaml': values,
    },
    {
      bootstrap: `#!/usr/bin/env bash\nset -euo pipefail\nVERSION=\${VERSION:-$(yq .version versions.yaml)}\ncat > /tmp/v.yaml <<EOF\ncluster: {name: $NAME}\nEOF\nfor c in home lab; do\n  case $c in h*) f=values.yaml ;; *) f=other.yaml ;; esac\n  ${install} -f /tmp/v.yaml --set cluster.name=\${c^^} --version "\${VERSION#v}"\ndone\nfunction x() { local a=$1; shift; "$@"; }\nx 1 cilium install --version $(awk -F: '/version/ {print $2}' versions.yaml | tr -d ' ')\n`,
      'versions.yaml': 'version: v1.18.2\n',
      'values.yaml': values,
    },
    {
      Makefile: `VERSION ?= 1.18.2\nNAME := $(shell cat name)\n%.yaml: %.tmpl\n\techo $< > $@\ncilium: values.yaml\n\t@${install} \\\n\t  --set cluster.name=$(NAME) --version $(VERSION:v%=%)\n\t$(MAKE) -C sub cilium\n`,
      'values.yaml': values,
    },
  ].map((files) => asCase(files as unknown as Record<string, string>)),
};
