/** Characters that would move the cursor, colour, hide or reorder text: controls, invisible and bidirectional marks, the line and paragraph separators, lone surrogates. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Commands that a GitHub runner would obey wherever they begin a line of a log. */
const WORKFLOW_COMMAND =
  /##\[|::(?=(?:add-mask|add-matcher|add-path|debug|echo|endgroup|error|group|notice|remove-matcher|save-state|set-env|set-output|stop-commands|warning)\b)/gi;

/** One line of text that can harm neither a terminal nor a build log: every control or invisible character becomes its visible escape. */
export function plainText(text: string, limit = 400): string {
  const short = text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
  return escapeUnsafe(short.replace(/\n/g, '⏎').replace(/\t/g, ' ')).replace(WORKFLOW_COMMAND, (mark) => `${mark[0]} ${mark.slice(1)}`);
}

/** Every unsafe character as `\uXXXX`, which JSON reads back as the character. */
export function escapeUnsafe(text: string): string {
  return text.replace(UNSAFE, (c) =>
    [...Array(c.length).keys()].map((i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  );
}

/** Data as JSON, two blanks a level, with a final newline; nothing in it can harm a terminal or a build log, and it reads back as what it was. */
export function harmlessJson(data: unknown): string {
  const lines = JSON.stringify(data, null, 2).split('\n');
  return `${lines.map(escapeUnsafe).join('\n').replaceAll('##[', '#\\u0023[')}\n`;
}
