import { Shell } from '../../language/shell/interpreter.ts';
import { shellSource } from '../../language/shell/source.ts';
import { ROOT } from '../../language/shell/text.ts';
import type { World } from '../../language/shell/world.ts';
import { dirname } from '../../repository/tree-repository.ts';
import type { CommandReader } from './reader.ts';
import { COMMANDS } from './worth-running.ts';

/** `{{config_root}}` and the like, which mise fills in with Tera. */
const TEMPLATE = /\{\{\s*([^}]{1,200}?)\s*\}\}/;
const STRING = /"""([\s\S]*?)"""|'''([\s\S]*?)'''|"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'/g;

const NAMES = /(?:^|\/)(?:\.?mise(?:\.[\w-]+)?\.toml|\.?mise\/(?:config|tasks)(?:\.[\w-]+)?\.toml|mise-tasks\.toml)$/;

/** The `[tasks]` of a mise configuration, each text of `run` in a shell of its own. https://mise.jdx.dev/tasks/ */
export const miseTasks: CommandReader = { names: NAMES, reads: (path) => NAMES.test(path), run: runMiseTasks };

function runMiseTasks(path: string, text: string, world: World): void {
  const sections = /^\[(?:tasks\.)?(?:"([^"\]]+)"|([\w:.-]+))\]\s*$/gm;
  const heads = [...text.matchAll(sections)];
  for (const [i, head] of heads.entries()) {
    const start = head.index + head[0].length;
    const body = text.slice(start, heads[i + 1]?.index ?? text.length);
    const run = /^run\s*=\s*/m.exec(body);
    if (!run) continue;
    const from = run.index + run[0].length;
    const end = body[from] === '[' ? closingBracket(body, from) : undefined;
    const directory = /^dir\s*=\s*["']([^"']+)["']/m.exec(body)?.[1]?.replace(/\{\{\s*config_root\s*\}\}\/?/, '');
    STRING.lastIndex = from;
    for (
      let match = STRING.exec(body);
      match && (end === undefined ? match.index === from : match.index < end);
      match = STRING.exec(body)
    ) {
      const command = (match[1] ?? match[2] ?? match[3]?.replace(/\\(["\\])/g, '$1') ?? match[4] ?? '').replace(/^\r?\n/, '');
      if (!COMMANDS.test(command) && !/\.(?:ba)?sh\b/.test(command)) continue;
      const multi = match[1] !== undefined || match[2] !== undefined;
      const opening = multi ? 3 : 1;
      const before = text.slice(0, start + match.index + opening).split('\n');
      const skipped = multi && /^\r?\n/.test(match[1] ?? match[2]!) ? 1 : 0;
      const line = before.length + skipped;
      const source = { file: path, text: command, line, indent: skipped ? 0 : before.at(-1)!.length, exact: true };
      const shell = new Shell(
        world,
        { where: `in the mise task ${head[1] ?? head[2]}`, rank: 4, clusters: [] },
        directory === undefined ? [...new Set([dirname(path), ''])] : [directory],
        path,
      );
      shell.run(
        shellSource(source, TEMPLATE, (found, place) =>
          /^(?:config_root|cwd)$/.test(found[1]!)
            ? [dirname(path) === '' ? ROOT : `${ROOT}/${dirname(path)}`]
            : [{ written: found[0], reason: 'mise fills it in', place }],
        ),
      );
      shell.runUncalled();
      if (end === undefined) break;
    }
  }
}

function closingBracket(text: string, open: number): number {
  STRING.lastIndex = open;
  let from = open;
  for (;;) {
    const next = STRING.exec(text);
    const close = text.indexOf(']', from);
    if (!next || close < next.index) return close < 0 ? text.length : close;
    from = next.index + next[0].length;
  }
}
