/** A file whose bytes mention something of ours; what only a reference leads to is read from the repository when it is needed. */
export interface Candidate {
  path: string;
  text: string;
}
