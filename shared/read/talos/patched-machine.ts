import { applyPatches, type Patch, readMachineConfig } from '../../evaluate/talos/apply-patches.ts';
import type { MachineConfig, TalosRefusal } from '../../evaluate/talos/config-document.ts';
import { DOCUMENTS_MINOR, generatedConfig, shapeOf } from '../../evaluate/talos/generated-config.ts';
import { validateMachineConfig } from '../../evaluate/talos/validate.ts';
import type { Cell, FilePlace } from '../../model.ts';
import type { Base, Machine } from './machines.ts';
import type { PatchText } from './patch-text.ts';

/** The configuration that a machine gets, and what Talos refuses in it. */
export function machineConfig(
  machine: Machine,
  base: Base,
  patchOf: (text: PatchText) => Patch = (text) => text.patch,
): { config: MachineConfig; refusals: TalosRefusal[] } {
  const patches = machine.patches.map(patchOf);
  const version = base.minor === undefined ? {} : { minor: base.minor };
  let start: MachineConfig = { documents: [], refusals: [] };
  let rest = patches;
  if (base.kind === 'generated') start = generatedConfig({ role: machine.role, by: base.by, shape: baseShape(base, patches), ...version });
  const [whole] = patches;
  if (base.kind === 'whole' && whole && !('kind' in whole)) {
    start = readMachineConfig(whole, base.minor);
    rest = patches.slice(1);
  }
  const config = applyPatches(start, rest, { base: base.kind === 'whole' ? 'generated' : base.kind, ...version });
  return { config, refusals: [...config.refusals, ...validateMachineConfig(config, { role: machine.role, ...version })] };
}

function baseShape(base: Base & { kind: 'generated' }, patches: readonly Patch[]): 'fields' | 'documents' {
  if (base.contract !== undefined) return base.contract >= DOCUMENTS_MINOR ? 'documents' : 'fields';
  if (base.minor !== undefined && base.minor < DOCUMENTS_MINOR) return 'fields';
  return shapeOf(patches) ?? 'fields';
}

/** What both readings of a template say; the rest depends on its conditions. */
export function agreed(met: Record<string, Cell>, unmet: Record<string, Cell>, place: FilePlace): Record<string, Cell> {
  const facts: Record<string, Cell> = {};
  for (const name of new Set([...Object.keys(met), ...Object.keys(unmet)])) {
    const [a, b] = [met[name], unmet[name]];
    if (a && b && JSON.stringify(a.value) === JSON.stringify(b.value)) facts[name] = a;
    else facts[name] = { value: null, origin: 'opaque', place: (a ?? b)?.place ?? place, why: 'it depends on a condition in the template' };
  }
  return facts;
}
