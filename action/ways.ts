import type { Ways } from '../shared/report/ways.ts';

/** In the log of a workflow: inputs of the Action, and commands for a checkout of one's own. */
export const WORKFLOW: Ways = {
  all: 'npx cilium-align --show all',
  program: 'npx cilium-align',
  place: (side, elsewhere) =>
    `the input \`${side}\` names a place by hand${elsewhere ? `, \`${side}-repository\` another repository` : ''}`,
  places: 'The inputs `bootstrap` and `argocd` name a place by hand, `bootstrap-repository` or `argocd-repository` another repository.',
};
