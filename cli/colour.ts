/** Whether to print colours: https://no-color.org and https://force-color.org */
export function hasColour(toTerminal: boolean, env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false') return true;
  return toTerminal && env.TERM !== 'dumb';
}
