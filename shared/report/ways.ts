import type { Side } from '../model.ts';

/** What whoever reads the table can do to see more, or to say where a side stands: a terminal has options, a workflow inputs. */
export interface Ways {
  /** Lists what the table leaves out. */
  all: string;
  /** What the program is called by. */
  program: string;
  /** Names the place of a side by hand; `elsewhere`: also where another repository may hold it. */
  place(side: Side, elsewhere: boolean): string;
  /** The same for both sides, as a sentence. */
  places: string;
}

/** At a terminal. */
export const TERMINAL: Ways = {
  all: '--show all',
  program: 'cilium-align',
  place: (side, elsewhere) => `\`--${side} PATH\` names a place by hand${elsewhere ? ', also in another repository' : ''}`,
  places: '`--bootstrap PATH` and `--argocd PATH` name a place by hand, also in another repository.',
};
