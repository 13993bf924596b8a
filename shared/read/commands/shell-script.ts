import { Shell } from '../shell/interpreter.ts';
import { scriptDirectories, scriptPlace, scriptSource } from '../shell/script-files.ts';
import type { World } from '../shell/world.ts';

/** Names of programs and verbs without which no text can hold a command about Cilium or Talos's machine configuration. */
export const COMMANDS =
  /\b(?:helm|cilium(?:-cli)?|kustomize|helmfile|talosctl)\b|\bkubectl\b[^\n]{0,500}\s(?:-k|--kustomize|kustomize)\b|CILIUM_(?:CMD|CLI|BIN)/;

/** Far more than any script for people takes. */
const STEPS_OF_ONE_SCRIPT = 30_000;

/** Clusters that live as long as a test. */
export const THROW_AWAY =
  /\b(?:kind|k3d|minikube)\b[^\n]{0,100}\b(?:create|start)\b|\btalosctl cluster create\b|helm\/kind-action|engineerd\/setup-kind|setup-minikube|setup-k3d|k3s-action/;

const SCRIPT = /\.(?:sh|bash|zsh|fish|nu)$/;

/** True for a file that is a shell script: by its ending, or by its first line. */
export function isShellScript(path: string, text: string): boolean {
  return SCRIPT.test(path) || (/(?:^|\/)[\w-]+$/.test(path) && /^#!.*\b(?:ba|z|da|k)?sh\b/.test(text));
}

/** Runs a script as far as Git says what it does; what it calls about Cilium is kept in the world. */
export function runShellScript(path: string, world: World): void {
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
