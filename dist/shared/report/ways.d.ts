import type { Side } from '../model.js';
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
export declare const TERMINAL: Ways;
