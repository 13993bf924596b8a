/** Directories and names under which people keep what no longer counts, or never did. */
const ASIDE =
  /(?:^|\/)(?:archived?|old|legacy|deprecated|unused|backups?|examples?|samples?|attic|trash|tmp)\/|[._-](?:example|sample)\.(?:ya?ml|json)$/i;

/** How much a declaration at that path speaks: `rank`, or less where the path says that it is out of use. */
export function rankAt(path: string, rank: 3 | 4 | 5): 2 | 3 | 4 | 5 {
  return ASIDE.test(path) ? 2 : rank;
}
