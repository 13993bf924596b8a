import type { ApplicationSource } from '../model.ts';

/** What the plugin of cilium-align is called, without its version. */
export const GATE_NAME = 'cilium-align';

/** True for an entry of an Application that asks for the plugin of cilium-align, by whatever version. */
export function isGate({ plugin }: ApplicationSource): boolean {
  return plugin !== undefined && (plugin === GATE_NAME || plugin.startsWith(`${GATE_NAME}-`));
}
