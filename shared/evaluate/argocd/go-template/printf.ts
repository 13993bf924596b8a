import { type GoValue, type Marks, print, Unknown } from './values.ts';

/** Go's fmt.Sprintf for what templates use of it. */
export function formatPrintf(format: string, args: readonly GoValue[], marks: Marks): string {
  let next = 0;
  const text = format.replace(
    /%([-+# 0]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g,
    (_, flags: string, width: string | undefined, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%';
      if (next >= args.length) return `%!${verb}(MISSING)`;
      const formatted = one(args[next++], verb, precision === undefined ? undefined : Number(precision), marks);
      if (width === undefined) return formatted;
      const size = Math.min(Number(width), 1000);
      return flags.includes('-') ? formatted.padEnd(size) : formatted.padStart(size, flags.includes('0') ? '0' : ' ');
    },
  );
  if (next >= args.length) return text;
  return `${text}%!(EXTRA ${args
    .slice(next)
    .map((arg) => `${typeName(arg)}=${print(arg, marks, true)}`)
    .join(', ')})`;
}

/** Go's fmt.Sprintln. */
export function formatPrintln(args: readonly GoValue[], marks: Marks): string {
  return `${args.map((arg) => print(arg, marks, true)).join(' ')}\n`;
}

function one(value: GoValue, verb: string, precision: number | undefined, marks: Marks): string {
  if (value instanceof Unknown) return marks.mark(value);
  const text = print(value, marks, true);
  switch (verb) {
    case 'v':
      return text;
    case 's':
      if (typeof value === 'string') return precision === undefined ? value : value.slice(0, precision);
      return value === undefined || value === null
        ? '%!s(<nil>)'
        : Array.isArray(value) || value instanceof Map
          ? text
          : wrong(value, verb, text);
    case 'q':
      return typeof value === 'string' ? JSON.stringify(value) : wrong(value, verb, text);
    case 'd':
      return typeof value === 'bigint' ? String(value) : wrong(value, verb, text);
    case 't':
      return typeof value === 'boolean' ? String(value) : wrong(value, verb, text);
    case 'f':
      return typeof value === 'number' ? value.toFixed(precision ?? 6) : wrong(value, verb, text);
    case 'x':
      return typeof value === 'bigint'
        ? value.toString(16)
        : typeof value === 'string'
          ? Buffer.from(value).toString('hex')
          : wrong(value, verb, text);
    case 'T':
      return typeName(value);
    default:
      return wrong(value, verb, text);
  }
}

function wrong(value: GoValue, verb: string, text: string): string {
  return value === undefined || value === null ? `%!${verb}(<nil>)` : `%!${verb}(${typeName(value)}=${text})`;
}

function typeName(value: GoValue): string {
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value)
    ? '[]interface {}'
    : value instanceof Map
      ? 'map[string]interface {}'
      : value === undefined || value === null
        ? '<nil>'
        : 'string';
}
