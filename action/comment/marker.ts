/** Which comment is meant, and which run wrote it. */
export interface Marker {
  key: string;
  /** The commit that the comment speaks of. */
  head: string;
  run: { id: number; attempt: number };
}

/** How the first line of every comment with this key begins. */
function markerStart(key: string): string {
  return `<!-- cilium-align:v1 key=${encoded(key)} `;
}

/** The first line of the comment: invisible on the page, and how a later run finds it. */
export function markerLine({ key, head, run }: Marker): string {
  return `${markerStart(key)}sha=${encoded(head)} run=${run.id}.${run.attempt} -->`;
}

/** What the first line of a comment says; undefined where it is not one of this key. */
export function readMarker(body: string, key: string): Omit<Marker, 'key'> | undefined {
  if (!body.startsWith(markerStart(key))) return undefined;
  const match = /^sha=(\S*) run=(\d{1,16})\.(\d{1,9}) -->/.exec(body.slice(markerStart(key).length));
  return { head: match?.[1] ?? '', run: { id: Number(match?.[2] ?? 0), attempt: Number(match?.[3] ?? 0) } };
}

/** Nothing in it ends an HTML comment, a word or a line. */
function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd')).replaceAll('-', (_, at: number, whole: string) =>
    whole[at - 1] === '-' ? '%2D' : '-',
  );
}
