import { Shell } from '../../language/shell/interpreter.ts';
import { shellSource } from '../../language/shell/source.ts';
import type { World } from '../../language/shell/world.ts';
import { dirname } from '../../repository/tree-repository.ts';
import type { CommandReader } from './reader.ts';

/** A comment that begins with a whole command line, or with `Installed with:` and one: prose about helm is none. */
const COMMAND =
  /^[ \t]*#+[ \t]*(?:[A-Z]\w{0,20}(?: \w{1,20}){0,4}:[ \t]+)?\$?[ \t]*(?:sudo[ \t]+)?(?:(?:helm[ \t]+(?:install|upgrade|template)|cilium(?:-cli)?[ \t]+install)[ \t]+\S{0,200}?(?:cilium|-)|(?:kubectl[ \t]+)?kustomize[ \t]+(?:build[ \t]+)?[^\n]{0,300}--enable-helm)/m;

/** Command lines that stand in comments of YAML, Terraform and templates: commented out, or a note of how it was done. */
export const yamlComments: CommandReader = {
  reads: (path) => /\.(?:ya?ml|tf|tofu|hcl|tfvars|tpl|tmpl|gotmpl|j2)$/.test(path),
  run: runComments,
};

function runComments(path: string, text: string, world: World): void {
  if (!COMMAND.test(text)) return;
  const lines = text.split(/\r?\n/).map((line) => (line.length > 8000 ? '' : line));
  const values = /values[^/]*\.ya?ml$/i.test(path);
  for (let i = 0; i < lines.length; i++) {
    if (!COMMAND.test(lines[i]!)) continue;
    const body: string[] = [];
    let j = i;
    for (;;) {
      const prefix = /^\s*#+\s*(?:[A-Z]\w{0,20}(?: \w{1,20}){0,4}:[ \t]+(?=\S+[ \t]))?\$?/.exec(lines[j]!)?.[0] ?? '';
      body.push(' '.repeat(prefix.length) + lines[j]!.slice(prefix.length));
      const goesOn = /(?:\\|\|)\s*$/.test(lines[j]!) && j + 1 < lines.length && /^\s*#/.test(lines[j + 1]!);
      if (!goesOn || body.length > 100) break;
      j++;
    }
    const source = { file: path, text: body.join('\n'), line: i + 1, indent: 0, exact: true };
    const shell = new Shell(
      world,
      { where: values ? 'in a comment of a values file' : 'in a comment', rank: values ? 2 : 1, clusters: [] },
      [...new Set([dirname(path), ''])],
      path,
    );
    shell.run(shellSource(source));
    i = j;
  }
}
