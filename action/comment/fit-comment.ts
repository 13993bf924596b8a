/** GitHub refuses a comment of more than 65,536 characters; the rest is room for what it may add. */
const COMMENT_LIMIT = 60_000;

const CUT = 'The rest did not fit into a comment; the summary of the run holds more.\n';

/** Marker and Markdown as one body within the limit. Text that was not made to fit is cut at a line, with what is open closed. */
export function fitComment(marker: string, markdown: string): string {
  const whole = `${marker}\n${markdown.trimEnd()}\n`;
  if (whole.length <= COMMENT_LIMIT) return whole;
  const closing = '\n</details>\n';
  const cut = whole.lastIndexOf('\n', COMMENT_LIMIT - CUT.length - closing.length - 1);
  const kept = whole.slice(0, Math.max(cut, marker.length) + 1);
  const open = (kept.match(/^<details>$/gm)?.length ?? 0) - (kept.match(/^<\/details>$/gm)?.length ?? 0);
  return `${kept}${closing.repeat(Math.min(Math.max(open, 0), 1))}\n${CUT}`;
}
