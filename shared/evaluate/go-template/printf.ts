import { type GoValue, type Marks, print, Unknown } from './values.ts';

/** Go's fmt.Sprintf for what templates use of it. */
export function formatPrintf(format: string, args: readonly GoValue[], marks: Marks): string {
  let next = 0;
  const text = format.replace(
    /%([-+# 0]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g,
    (_, flags: string, width: string | undefined, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%';
      if (next >= args.length) return `%!${verb}(MISSING)`;
      const value = args[next++];
      const bare = one(value, verb, precision === undefined ? undefined : Number(precision), marks);
      const isNumber = typeof value === 'number' || typeof value === 'bigint';
      const formatted = isNumber && /^\d/.test(bare) ? (/[+ ]/.exec(flags)?.[0] ?? '') + bare : bare;
      if (width === undefined) return formatted;
      const size = Math.min(Number(width), 1000);
      if (flags.includes('-')) return formatted.padEnd(size);
      if (!flags.includes('0')) return formatted.padStart(size);
      const sign = isNumber ? (/^[-+ ]/.exec(formatted)?.[0] ?? '') : '';
      return sign + formatted.slice(sign.length).padStart(size - sign.length, '0');
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
      return typeof value === 'bigint' ? integer(value, 10, precision) : wrong(value, verb, text);
    case 'b':
      return typeof value === 'bigint' ? integer(value, 2, precision) : wrong(value, verb, text);
    case 'o':
      return typeof value === 'bigint' ? integer(value, 8, precision) : wrong(value, verb, text);
    case 't':
      return typeof value === 'boolean' ? String(value) : wrong(value, verb, text);
    case 'f':
      return typeof value === 'number' ? fixed(value, precision ?? 6) : wrong(value, verb, text);
    case 'x':
    case 'X': {
      if (typeof value !== 'bigint' && typeof value !== 'string') return wrong(value, verb, text);
      const hex = typeof value === 'bigint' ? integer(value, 16, precision) : Buffer.from(value).toString('hex');
      return verb === 'X' ? hex.toUpperCase() : hex;
    }
    case 'T':
      return typeName(value);
    default:
      return wrong(value, verb, text);
  }
}

function integer(value: bigint, base: number, precision = 0): string {
  const digits = (value < 0n ? -value : value).toString(base).padStart(Math.min(precision, 1000), '0');
  return value < 0n ? `-${digits}` : digits;
}

/** Go rounds what lies in the middle to the even digit, JavaScript up. */
function fixed(value: number, precision: number): string {
  const scaled = Math.abs(value) * 10 ** precision;
  const isTie = scaled % 1 === 0.5 && Math.floor(scaled) % 2 === 0;
  return (isTie ? (Math.sign(value) * Math.floor(scaled)) / 10 ** precision : value).toFixed(precision);
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
