import { Shell } from '../../language/shell/interpreter.ts';
import { shellSource } from '../../language/shell/source.ts';
import { firstUnknown, opaqueOf, type Text, writtenText } from '../../language/shell/text.ts';
import { newWorld } from '../../language/shell/world.ts';
import { embedded, textAtPlace } from '../../language/source-text.ts';
import type { Declaration, FilePlace, Opaque, SourceText, Tree } from '../../model.ts';
import { inFile } from '../../place.ts';
import { memoryRepository } from '../../repository/memory.ts';
import { at, itemsAt, opaque, textAt } from '../../tree.ts';
import type { Word } from './cilium-install-flags.ts';
import { readHelmCommand } from './helm-command.ts';
import { type MountedFile, workingDirectory } from './mounted-files.ts';

/** What a shell script in a container does about Cilium. */
export interface ScriptedInstall {
  /** The words behind `cilium`. */
  words: Word[];
  /** A file that the script wrote before, or that is mounted. */
  written(path: string): SourceText | Opaque | undefined;
}

/** The commands of a container that runs a shell script; undefined where it runs none. */
export function containerScript(
  container: Tree,
  mounted: ReadonlyMap<string, MountedFile>,
  place: FilePlace,
): { installs: ScriptedInstall[]; helm: Declaration[] } | undefined {
  const script = scriptOf(container, mounted, place);
  if (script === undefined) return undefined;
  const directory = workingDirectory(container);
  const world = newWorld(memoryRepository({}), (name) => environmentVariable(container, name, place));
  const source = shellSource(script);
  const shell = new Shell(world, { where: 'in a container', rank: 4, clusters: [] }, [directory.slice(1)], script.file);
  for (const [path, file] of mounted) {
    const text = 'opaque' in file ? file.opaque : embedded(file.text);
    shell.written.set(path, text);
    if (path.startsWith(`${directory}/`)) shell.written.set(path.slice(1), text);
  }
  shell.run(source);
  shell.runUncalled();
  const installs: ScriptedInstall[] = [];
  const helm: Declaration[] = [];
  for (const invocation of world.invocations) {
    if (invocation.tool === 'helm') helm.push(...readHelmCommand(invocation).declarations);
    if (invocation.tool !== 'cilium') continue;
    installs.push({
      words: invocation.arguments.map((argument) => word(argument.text, argument.place, argument.conditional)),
      written: (path) => invocation.directory.written.get(path.startsWith('/') ? path : `${directory}/${path}`.slice(1)),
    });
  }
  return { installs, helm };
}

function word(text: Text, place: FilePlace, conditional: Text[number] | undefined): Word {
  const unknown = (typeof conditional === 'object' ? conditional : undefined) ?? firstUnknown(text);
  return { text: writtenText(text), place, ...(unknown ? { opaque: opaqueOf(unknown) } : {}) };
}

const SHELL = /^(?:.*\/)?(?:ba|da|a|z|k)?sh$/;

/** `sh -c '…'`, `sh /mounted/install.sh` or `/mounted/install.sh`. */
function scriptOf(container: Tree, mounted: ReadonlyMap<string, MountedFile>, place: FilePlace): SourceText | undefined {
  const words = [...itemsAt(container, 'command'), ...itemsAt(container, 'args')];
  const first = words[0];
  const program = first?.kind === 'scalar' ? String(first.value) : undefined;
  if (program === undefined) return undefined;
  if (!SHELL.test(program)) return mountedScript(program, container, mounted);
  for (const [i, item] of words.entries()) {
    if (i === 0) continue;
    const text = item.kind === 'scalar' ? String(item.value) : undefined;
    if (text !== undefined && /^-[a-z]*c[a-z]*$/.test(text)) {
      const script = words[i + 1];
      if (script?.kind === 'scalar') return embedded(script);
      return script?.kind === 'opaque' && script.text !== undefined ? textAtPlace(script.text, inFile(script.place, place)) : undefined;
    }
    if (text !== undefined && !text.startsWith('-') && !text.startsWith('+')) return mountedScript(text, container, mounted);
  }
  return undefined;
}

function mountedScript(path: string, container: Tree, mounted: ReadonlyMap<string, MountedFile>): SourceText | undefined {
  const found = mounted.get(path.startsWith('/') ? path : `${workingDirectory(container)}/${path}`);
  return found && !('opaque' in found) ? embedded(found.text) : undefined;
}

function environmentVariable(container: Tree, name: string, place: FilePlace): Text | undefined {
  const variable = itemsAt(container, 'env').find((e) => textAt(e, 'name') === name);
  if (variable === undefined) return undefined;
  const value = at(variable, 'value');
  if (value?.kind === 'scalar') return value.value === null ? [] : [String(value.value)];
  const hidden = value?.kind === 'opaque' ? value : opaque('it gets its value in the cluster', place);
  const at_ = inFile(hidden.place, place);
  return [{ written: `$${name}`, reason: hidden.reason, place: at_, name }];
}
