const NAME = 'cilium-align';

/** True for an entry of an Application that asks for the plugin of cilium-align, by whatever version: it compares, and renders nothing. */
export function isGate({ plugin }: { plugin?: string }): boolean {
  return plugin !== undefined && (plugin === NAME || plugin.startsWith(`${NAME}-`));
}
