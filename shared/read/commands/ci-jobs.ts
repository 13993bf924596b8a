const CHECKS = /\b(?:lint|test|validat|verif|diff|check|e2e|ci|preview|dry-?run|scan)/i;
const INSTALLS = /bootstrap|install|provision|deploy|create|cluster/i;

/** How much the commands of a job say, by what it, its stage or its file are called: 4 where that is an installation, 2 where it is a check. */
export function rankOfJob(...names: readonly string[]): 2 | 3 | 4 {
  if (names.some((name) => CHECKS.test(name))) return 2;
  return names.some((name) => INSTALLS.test(name)) ? 4 : 3;
}

/** What names a cluster among the variables that a job is started with. */
export const OF_CLUSTER = /cluster|environment|^env$|^site$/i;
