import { Shell } from '../../language/shell/interpreter.ts';
import { shellSource } from '../../language/shell/source.ts';
import { ROOT, replaceIn, type Text } from '../../language/shell/text.ts';
import type { World } from '../../language/shell/world.ts';
import { textAtPlace } from '../../language/source-text.ts';
import type { FilePlace } from '../../model.ts';
import { startOf } from '../../place.ts';
import { dirname, join } from '../../repository/tree-repository.ts';
import type { CommandReader } from './reader.ts';
import { isWorthRunning } from './worth-running.ts';

/** `$(X)`, `${X}`, `$X` and `$$` as make reads them; https://www.gnu.org/software/make/manual/html_node/Reference.html */
const REFERENCE =
  /\$(?:\(((?:[^()\n]|\((?:[^()\n]|\((?:[^()\n]|\([^()\n]{0,200}\)){0,300}\)){0,400}\)){1,400})\)|\{([^{}$\n]{1,200})\}|(\$)|([@<^?*%]))/;

interface Definition {
  value: string;
  file: string;
  line: number;
  exported: boolean;
}

const NAMES = /(?:^|\/)(?:GNU)?[Mm]akefile(?:\.[\w-]+)?$|\.mk$/;

/** Every recipe of a Makefile. */
export const makefiles: CommandReader = { names: NAMES, reads: (path) => NAMES.test(path), run: runMakefile };

function runMakefile(path: string, text: string, world: World): void {
  const lines = text.split(/\r?\n/).map((line) => (line.length > 4000 ? '' : line));
  const variables = new Map<string, Definition>();
  readVariables(lines, path, variables, world, 0);
  const values = new Values(variables, path, world);
  let target = '';
  let written: Shell['written'] = new Map();
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const header = /^([^\s#:=][^#:=]*?)\s*::?(?!=)/.exec(line);
    if (header) {
      target = header[1]!;
      written = new Map();
      continue;
    }
    if (!line.startsWith('\t')) continue;
    let j = i;
    while (j + 1 < lines.length && lines[j]!.endsWith('\\')) j++;
    const body = lines.slice(i, j + 1).map((l) => l.replace(/^\t/, ''));
    const whole = body.join('\n');
    if (isWorthRunning(whole) || /\$[({][A-Z_]*(?:HELM|CILIUM|KUSTOMIZE|KUBECTL)/.test(whole)) {
      body[0] = body[0]!.replace(/^[@+\s-]+/, (sigils) => ' '.repeat(sigils.length));
      const shell = newShell(path, values, world, target);
      shell.written = written;
      const source = { file: path, text: body.join('\n'), line: i + 1, indent: 1, exact: true };
      shell.run(shellSource(source, REFERENCE, (match, place) => (match[3] === undefined ? values.reference(match, place) : 'dollar')));
    }
    i = j;
  }
}

function newShell(path: string, values: Values, world: World, target: string): Shell {
  const shell = new Shell(world, { where: `in the make target ${target}`, rank: 4, clusters: [] }, [...new Set([dirname(path), ''])], path);
  for (const [name, text] of values.exported()) shell.give(name, text, startOf(path));
  return shell;
}

function readVariables(lines: readonly string[], path: string, into: Map<string, Definition>, world: World, depth: number): void {
  for (const [i, line] of lines.entries()) {
    if (line.startsWith('\t')) continue;
    const include = /^-?include\s+([\w./-]+)\s*$/.exec(line);
    if (include && depth < 4) {
      for (const base of [dirname(path), '']) {
        const target = join(base, include[1]!);
        if (target === undefined || !world.repository.file(target)) continue;
        try {
          readVariables(
            world.repository
              .read(target)
              .split(/\r?\n/)
              .slice(0, 5000)
              .map((text) => (text.length > 4000 ? '' : text)),
            target,
            into,
            world,
            depth + 1,
          );
        } catch {
          continue;
        }
        break;
      }
      continue;
    }
    const variable = /^(export\s+|override\s+)*([A-Za-z_][\w.-]*)\s*(:{0,3}=|\?=|\+=)\s*(.*?)\s*(?:\s#.*)?$/.exec(line);
    if (!variable) continue;
    const [, modifier, name, operator, value] = variable as unknown as [string, string | undefined, string, string, string];
    const before = into.get(name);
    if (operator === '?=' && before) continue;
    const exported = modifier?.startsWith('export') === true || before?.exported === true;
    into.set(name, { value: operator === '+=' && before ? `${before.value} ${value}` : value, file: path, line: i + 1, exported });
  }
  for (const line of lines) {
    const names = /^export\s+([A-Za-z_][\w ]*)$/.exec(line);
    for (const name of names ? names[1]!.split(/\s+/) : []) {
      const found = into.get(name);
      if (found) found.exported = true;
    }
  }
}

/** The variables of a Makefile, worked out when first asked for. */
class Values {
  readonly #definitions: ReadonlyMap<string, Definition>;
  readonly #path: string;
  readonly #world: World;
  readonly #known = new Map<string, Text>();

  constructor(definitions: ReadonlyMap<string, Definition>, path: string, world: World) {
    this.#definitions = definitions;
    this.#path = path;
    this.#world = world;
  }

  *exported(): Generator<[string, Text]> {
    for (const [name, definition] of this.#definitions)
      if (definition.exported) yield [name, this.#value(name, { file: definition.file, line: definition.line, column: 1 })];
  }

  /** What a reference becomes. `$$` is the shell's own dollar. */
  reference(match: RegExpExecArray, place: FilePlace): Text {
    if (match[3] !== undefined) return ['$'];
    if (match[4] !== undefined) return [{ written: match[0], reason: 'make fills it in', place }];
    return this.#expand((match[1] ?? match[2])!.trim(), match[0], place);
  }

  #expand(inside: string, written: string, place: FilePlace): Text {
    if (/^[\w.-]+$/.test(inside)) return this.#value(inside, place);
    const shell = /^shell\s+([\s\S]+)$/.exec(inside);
    if (shell) {
      const source = textAtPlace(shell[1]!, place);
      return new Shell(this.#world, { where: 'in a variable', rank: 4, clusters: [] }, [dirname(this.#path), ''], this.#path).outputOf(
        shellSource(source, REFERENCE, (match, at) => (match[3] === undefined ? this.reference(match, at) : 'dollar')),
      );
    }
    const strip = /^strip\s+([\s\S]+)$/.exec(inside);
    if (strip) return this.#text(strip[1]!, place);
    if (/^(?:dir|realpath|abspath)\s+.*MAKEFILE_LIST/.test(inside)) return this.#here();
    return [{ written, reason: 'make works it out', place }];
  }

  #here(): Text {
    const directory = dirname(this.#path);
    return [directory === '' ? ROOT : `${ROOT}/${directory}`];
  }

  #value(name: string, place: FilePlace): Text {
    if (name === 'CURDIR' || name === 'PWD') return this.#here();
    const known = this.#known.get(name);
    if (known) return known;
    const definition = this.#definitions.get(name);
    if (!definition) {
      return (
        this.#world.environment(name) ?? [
          { written: `$(${name})`, reason: `the variable ${name} is not set in Git`, place, name, given: true },
        ]
      );
    }
    const at = { file: definition.file, line: definition.line, column: 1 };
    this.#known.set(name, [{ written: `$(${name})`, reason: 'it is defined by itself', place: at, name }]);
    // The shell that a recipe is given to takes the quotes away.
    const text = this.#text(/^(["'])([^"'\\]*)\1$/.exec(definition.value)?.[2] ?? definition.value, at);
    this.#known.set(name, text);
    return text;
  }

  #text(written: string, place: FilePlace): Text {
    return replaceIn(written, REFERENCE, (match) => this.reference(match, place));
  }
}
