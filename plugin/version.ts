/**
 * The version that stands in the plugin's name: Applications say `cilium-align-<version>`, and Argo CD keeps a verdict for a commit for as long as this stays the same.
 * Raise it whenever the same commit may be judged otherwise than by the last release; test/plugin/version.test.ts tells.
 */
export const PLUGIN_VERSION = 'v1.0';

/** What an Application writes as `plugin.name`. */
export const PLUGIN_NAME = `cilium-align-${PLUGIN_VERSION}`;
