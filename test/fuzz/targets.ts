import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { normalizeCidr } from '../../shared/align/equality.ts';
import { knownVersion } from '../../shared/cilium/charts.ts';
import { readConfig } from '../../shared/config/read-config.ts';
import { renderFlat } from '../../shared/evaluate/argocd/fasttemplate.ts';
import { pathMatch, pathspecMatch } from '../../shared/evaluate/argocd/generators/path-pattern.ts';
import { renderTemplate, TemplateError, TemplateSyntaxError, UnknownOutput } from '../../shared/evaluate/go-template/evaluate.ts';
import { type GoMap, Marks } from '../../shared/evaluate/go-template/values.ts';
import { FlagError, type FlagSyntax, parseFlag } from '../../shared/evaluate/helm/strvals.ts';
import { renderText } from '../../shared/language/go-template/partial.ts';
import { wholeFile } from '../../shared/language/source-text.ts';
import { parseYaml, type YamlOptions } from '../../shared/language/yaml/parse.ts';
import { readChartArchive, UnusableChart } from '../../shared/read/chart-archive.ts';
import { readRepository } from '../../shared/read/declared.ts';
import { NotTerraform } from '../../shared/read/terraform/cursor.ts';
import { parseTemplate, parseTerraform } from '../../shared/read/terraform/parse.ts';
import { emptyMap, fromPlain, toPlain } from '../../shared/tree.ts';
import { bytesOf, type Case, repositoryOf, textsOf } from './case.ts';
import { holdsUp, isDecided, keepsSecrets, mends, reportOf } from './oracles.ts';
import { runsAsCommand, runsAsPlugin } from './programs.ts';
import { asCase, kinds, repositories } from './seeds.ts';

/** One thing to throw inputs at: it throws where something must not be. */
export interface Target {
  /** Where it begins. */
  seeds(): Case[];
  run(files: Case): void | Promise<void>;
}

const place = { file: 'fuzz', line: 1, column: 1 };
const decoded = (text: string) => bytesOf(text).toString('utf8');
const linesOf = (files: Case) => textsOf(files).flatMap(([, text]) => decoded(text).split('\n'));
const texts = (...all: string[]): Case[] => all.map((text) => asCase({ text }));

/** Runs, and passes over the errors that a caller has to expect. */
function expecting<T>(errors: readonly (new (...args: never[]) => Error)[], work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (errors.some((known) => error instanceof known)) return undefined;
    throw error;
  }
}

/** Only the readers, on repositories that hold a file of a kind. */
function readersOf(kind: RegExp, ...more: Case[]): Target {
  return {
    seeds: () => [...repositories().filter((files) => Object.keys(files).some((path) => kind.test(path))), ...more],
    run: (files) => void readRepository(repositoryOf(files)).broken(),
  };
}

const YAML_OPTIONS: YamlOptions[] = [
  {},
  { templates: false },
  { dialect: 'strict', templates: false, keys: true },
  { dialect: 'kyaml' },
  ...(['go', 'terraform', 'jinja', 'envsubst'] as const).map((templates) => ({ templates })),
];

const TEMPLATE_DATA: GoMap = new Map<string, GoMap | string | bigint | boolean | (string | bigint)[]>([
  ['name', 'home'],
  [
    'path',
    new Map([
      ['basename', 'home'],
      ['segments', 'a'],
    ]),
  ],
  ['n', 3n],
  ['on', true],
  ['list', ['a', 'b', 3n]],
  ['Values', new Map([['cilium', 'x']])],
]);

/** Every target by its name. */
export const targets: Record<string, Target> = {
  check: {
    seeds: repositories,
    async run(files) {
      const report = reportOf(files);
      await holdsUp(report, files);
      isDecided(report, files);
    },
  },
  secrets: { seeds: repositories, run: keepsSecrets },
  fix: { seeds: repositories, run: mends },
  command: { seeds: repositories, run: runsAsCommand },
  plugin: { seeds: repositories, run: runsAsPlugin },
  yaml: {
    seeds: () =>
      repositories().flatMap((files) =>
        textsOf(files)
          .filter(([path]) => /\.ya?ml$/.test(path))
          .map(([path, text]) => ({ [path]: text })),
      ),
    run(files) {
      for (const [path, text] of textsOf(files))
        for (const options of YAML_OPTIONS)
          for (const { tree } of parseYaml(wholeFile(path, decoded(text)), options).documents) toPlain(tree);
    },
  },
  shell: readersOf(/\.(?:sh|bash|nu|fish)$/),
  terraform: readersOf(/\.tf$/),
  taskfile: readersOf(/Taskfile|justfile|[Mm]akefile|\.just$|\.mk$/),
  helmfile: readersOf(/helmfile/),
  ansible: readersOf(/(?:roles|playbooks?|ansible)\//, ...kinds.ansible),
  scripts: readersOf(/\.(?:nu|fish|toml|just)$|^[^.]*$/, ...kinds.scripts),
  markdown: readersOf(/\.md$/),
  kustomize: readersOf(/kustomization/),
  umbrella: readersOf(/Chart\.yaml$/),
  talos: readersOf(/talos|omni|talconfig/),
  hcl: {
    seeds: () =>
      texts(
        'a = "${b}"\nb "c" {\n  d = [for x in y : x if z]\n  e = <<-EOT\n    %{ if a }x%{ endif }\n  EOT\n}\n',
        'x = { "a" = 1, (b) = c ? d : e[*].f }\ny = templatefile("a", { b = merge(c, d...) })\n',
      ),
    run(files) {
      for (const [, text] of textsOf(files)) {
        expecting([NotTerraform], () => parseTerraform(decoded(text)));
        expecting([NotTerraform], () => parseTemplate(decoded(text)));
      }
    },
  },
  'go-template': {
    seeds: () =>
      texts(
        '{{ if .a }}{{ .b | default "c" | quote }}{{ else if (eq 1 2) }}{{ range $i, $e := .list }}{{ $i }}{{ end }}{{ end }}',
        '{{ define "a" }}{{ .name }}{{ end }}{{ template "a" . }}{{ include "a" . | nindent 4 }}{{- with .path }}{{ .basename }}{{- end -}}',
        '{{ printf "%05d %q" .n .name }}{{ toYaml .list }}{{ fromYaml "a: 1" | toJson }}{{ splitList "/" "a/b" | join "," }}{{ regexReplaceAll "a+" "baab" "c" }}{{ semverCompare ">=1.0" "1.2.3" }}',
        '{{ $x := dict "a" (list 1 2) }}{{ set $x "b" $x }}{{ $x | toYaml }}{{ repeat 3 "a" }}{{ until 5 }}{{ range until 3 }}{{ . }}{{ end }}{{ tpl "{{ .name }}" . }}',
        '{{ b64enc "a" | b64dec | trunc 3 | upper | title | replace "A" "b" | trimSuffix "x" | substr 0 2 | indent 3 }}{{ add 1 2 | mul 3 | div 0 | mod 0 | int64 }}{{ seq 1 5 }}',
      ),
    run(files) {
      for (const [, text] of textsOf(files)) {
        for (const missingKey of ['default', 'error', 'empty'] as const)
          expecting([TemplateSyntaxError, TemplateError, UnknownOutput], () =>
            renderTemplate(decoded(text), TEMPLATE_DATA, { missingKey, place, helm: missingKey === 'empty' }),
          );
        expecting([TemplateError], () => renderFlat(decoded(text), TEMPLATE_DATA, new Marks()));
        renderText(decoded(text), {
          place,
          field: (path) => (path[0] === 'name' ? ['home'] : path[0] === 'list' ? fromPlain(['a', 'b'], place) : undefined),
          call: () => undefined,
        });
      }
    },
  },
  flags: {
    seeds: () =>
      texts(
        'a.b=c\na[0].b=1,c={d,e}\n"a\\.b"=null\n{"a": [1, 2]}\na.b[1][2]=true\ntls.ca.key=x\\,y',
        'a={{b,c},d}\na[100000]=1\na.b.c.d.e.f.g.h=1\na[=\na]=b\n=\n,\na=1e3',
      ),
    run(files) {
      for (const line of linesOf(files))
        for (const syntax of ['set', 'set-string', 'set-json', 'set-file', 'set-literal'] satisfies FlagSyntax[])
          for (const helm of [3, 4] as const) expecting([FlagError], () => parseFlag(emptyMap(place), line, syntax, { helm, place }));
    },
  },
  patterns: {
    seeds: () =>
      texts('clusters/*/cilium\n**/*.yaml\n!(a|b)\n[a-z]?\n{a,b}/c', '1.18.x\n>=1 <2\n~1.18\nv1.18.2-rc.0\n10.0.0.0/8\nfd00::/8'),
    run(files) {
      const lines = linesOf(files).slice(0, 50);
      for (const line of lines) {
        for (const path of [...lines.slice(0, 10), 'a'.repeat(60), 'clusters/home/cilium/values.yaml']) {
          pathMatch(line)?.(path);
          pathspecMatch(line)(path);
        }
        knownVersion(line);
        normalizeCidr(line);
      }
    },
  },
  configuration: {
    seeds: () =>
      texts(
        'failOn: warning\nundecided: warn\nclusters:\n  - name: home\n    bootstrap: [talos/]\n    argocd: [apps/cilium]\nallow:\n  - setting: ipam.mode\n    reason: because\n    until: 2026-12-31\nlevels:\n  unpinned-version: note\n',
      ),
    run(files) {
      for (const [path, text] of textsOf(files)) readConfig(path, decoded(text));
    },
  },
  archive: {
    seeds: () => [
      archive({ 'cilium/Chart.yaml': 'name: cilium\nversion: 1.18.2\n', 'cilium/values.yaml': 'a: {b: 1}\n' }),
      archive({ 'cilium/values.yaml': 'x'.repeat(100_000) }),
    ],
    async run(files) {
      for (const [, text] of textsOf(files)) {
        for (const bytes of [bytesOf(text), gzipSync(bytesOf(text))])
          await readChartArchive(bytes).catch((error) => {
            if (!(error instanceof UnusableChart)) throw error;
          });
      }
    },
  },
};

/** A tar archive, not yet compressed: a changed byte of gzip's would be all that is ever found. */
function archive(entries: Record<string, string>): Case {
  const tar = pack();
  for (const [name, text] of Object.entries(entries)) tar.entry({ name }, text);
  tar.finalize();
  const chunks: Buffer[] = [];
  for (let chunk = tar.read(); chunk !== null; chunk = tar.read()) chunks.push(chunk as Buffer);
  return { 'chart.tar': Buffer.concat(chunks).toString('latin1') };
}

/** A kept input by its path, which begins with its target. */
export function keptCase(file: string): Case {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'kept', file), 'utf8')) as Case;
}
