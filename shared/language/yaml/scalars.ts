/**
 * What sigs.k8s.io/yaml (YAML 1.1 by go-yaml v2, then JSON) makes of a scalar: the reader of Helm, Kubernetes and Argo CD.
 * https://github.com/kubernetes-sigs/yaml/blob/master/goyaml.v2/resolve.go
 */
export type ScalarValue = string | number | boolean | null;

const WORDS = new Map<string, boolean | null>();
for (const word of ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']) WORDS.set(word, true);
for (const word of ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']) WORDS.set(word, false);
for (const word of ['', '~', 'null', 'Null', 'NULL']) WORDS.set(word, null);

const NOT_FINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const INTEGER = /^([-+]?)(0|[1-9][0-9]*|0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+)$/;

/** The value of a plain (unquoted) scalar; NaN stands for infinities and NaN, which no JSON can hold and Helm refuses. */
export function resolvePlain(text: string): ScalarValue {
  if (text.length > 400) return text;
  const first = text.charCodeAt(0);
  // + - . 0-9
  if (first === 43 || first === 45 || first === 46 || (first >= 48 && first <= 57)) return resolveNumber(text);
  if (text.length <= 5) {
    const word = WORDS.get(text);
    if (word !== undefined) return word;
  }
  return text;
}

function resolveNumber(text: string): ScalarValue {
  if (NOT_FINITE.test(text)) return Number.NaN;
  // go-yaml drops underscores unless the number begins with its point.
  const digits = text.charCodeAt(0) !== 46 && text.includes('_') ? text.replaceAll('_', '') : text;
  const whole = integer(digits);
  if (whole !== undefined) return Number(whole);
  if (FLOAT.test(digits)) {
    const value = Number(digits);
    if (Number.isFinite(value)) return value;
  }
  return text;
}

/** The integer as Go's ParseInt with base 0 reads it (an int64 or uint64); undefined where it is none. */
function integer(text: string): bigint | number | undefined {
  const match = INTEGER.exec(text);
  if (!match) return undefined;
  let body = match[2]!;
  if (body.length > 1 && body[0] === '0' && body[1]! >= '0' && body[1]! <= '7') body = `0o${body.slice(1)}`;
  if (body.length <= 14) return match[1] === '-' ? -Number(body) + 0 : Number(body);
  const size = BigInt(body.toLowerCase());
  if (match[1] === '-') return size <= 2n ** 63n ? -size : undefined;
  return size < (match[1] === '+' ? 2n ** 63n : 2n ** 64n) ? size : undefined;
}

/** The text of a plain key: keys follow the rules of values and then become strings; undefined for null and for what no JSON key can be. */
export function resolveKey(text: string): string | undefined {
  const first = text.charCodeAt(0);
  if (first >= 65 || text.length === 0) {
    const word = text.length <= 5 ? WORDS.get(text) : undefined;
    return word === undefined ? text : word === null ? undefined : String(word);
  }
  const value = resolvePlain(text);
  if (typeof value !== 'number') return value === null ? undefined : String(value);
  if (Number.isNaN(value)) return undefined;
  const whole = integer(text.replaceAll('_', ''));
  return whole === undefined ? float32(value) : String(whole);
}

/** Go's FormatFloat(x, 'g', -1, 32), which sigs.k8s.io/yaml prints keys with. */
function float32(value: number): string {
  const single = Math.fround(value);
  if (single === 0) return Object.is(value, -0) ? '-0' : '0';
  let text = '';
  for (let precision = 1; precision <= 9; precision++) {
    text = single.toExponential(precision - 1);
    if (Math.fround(Number(text)) === single) break;
  }
  const [digits, exponent] = text.split('e') as [string, string];
  const power = Number(exponent);
  if (power < -4 || power >= 6) return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  return String(Number(text));
}
