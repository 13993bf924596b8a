import { Shell } from '../../language/shell/interpreter.ts';
import { scriptDirectories, scriptPlace, scriptSource } from '../../language/shell/script-files.ts';
import type { World } from '../../language/shell/world.ts';
import type { CommandReader } from './reader.ts';
import { THROW_AWAY } from './worth-running.ts';

/** Far more than any script for people takes. */
const STEPS_OF_ONE_SCRIPT = 30_000;

const NAMES = /\.(?:sh|bash|zsh|fish|nu)$/;

/** Scripts of a shell: by their ending, or by their first line. */
export const shellScripts: CommandReader = {
  names: NAMES,
  reads: (path, text) => NAMES.test(path) || (/(?:^|\/)[\w-]+$/.test(path) && /^#!.*\b(?:ba|z|da|k)?sh\b/.test(text)),
  run: (path, _text, world) => runScript(path, world),
};

function runScript(path: string, world: World): void {
  const source = scriptSource(path, world.repository);
  if (!source) return;
  const left = world.steps;
  world.steps = Math.min(left, STEPS_OF_ONE_SCRIPT);
  const given = world.steps;
  const place = scriptPlace(path);
  if (place.rank === 4 && THROW_AWAY.test(source.text)) {
    place.rank = 3;
    place.where = 'in a script that makes a throw-away cluster';
  }
  const shell = new Shell(world, place, scriptDirectories(path), path);
  shell.script = path;
  shell.run(source);
  shell.runUncalled();
  world.steps = left - (given - Math.max(0, world.steps));
}
