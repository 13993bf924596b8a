import type { Plain } from '../../shared/fix/yaml/value.ts';
import type { Random } from '../generated/random.ts';

/** How a person writes a file. */
interface Hand {
  eol: string;
  step: number;
  dash: number;
  comments: boolean;
  blanks: boolean;
  flow: boolean;
}

const WORDS = [
  'localhost',
  '10.244.0.0/16',
  'cluster-pool',
  'a b',
  'yes',
  'null',
  '7445',
  '1e3',
  '- x',
  '# no',
  'a: b',
  "it's",
  '"q"',
  '',
  '~',
  'fd00::/8',
  '*x',
  '&y',
  '!t',
  '|',
  '>',
  '%',
  '@',
  '0x1F',
  'é',
  '2001-01-01',
  '12:30:45',
  '{}',
  '[a',
  'x #y',
  'x:',
  '.5',
  '=',
  '<<',
];
const KEYS = ['enabled', 'mode', 'relay', 'hubble', 'tls', 'auto', 'ipam', 'operator', 'replicas', 'a.b', 'x/y', 'on', '8080', 'k-8'];

/** A value as values files hold it. */
export function randomValue(random: Random): Plain {
  switch (random.between(0, 6)) {
    case 0:
      return random.chance(0.5);
    case 1:
      return random.pick([0, 1, 7445, -3, 0.5, 1048576]);
    case 2:
      return Array.from({ length: random.between(0, 4) }, () => random.pick(WORDS));
    case 3:
      return [{ key: 'k', operator: 'Exists' }, { name: random.pick(WORDS) }];
    default:
      return random.pick(WORDS);
  }
}

/** Values as a tree of maps. */
export function randomMap(random: Random, depth = 0): { [key: string]: Plain } {
  const map: { [key: string]: Plain } = {};
  for (const key of random.some(KEYS, random.between(depth === 0 ? 2 : 1, 4)))
    map[key] = depth < 3 && random.chance(0.5) ? randomMap(random, depth + 1) : randomValue(random);
  return map;
}

/** The values as somebody might have typed them: with comments, blank lines, brackets, quotes of all kinds, other line ends, without a last line break. */
export function typed(values: { [key: string]: Plain }, random: Random): string {
  const step = random.pick([2, 2, 4]);
  const hand: Hand = {
    eol: random.pick(['\n', '\n', '\n', '\r\n']),
    step,
    dash: random.pick([0, 2, step]),
    comments: random.chance(0.6),
    blanks: random.chance(0.5),
    flow: random.chance(0.4),
  };
  const head = random.pick(['', '', '# Values of Cilium\n\n', '---\n', '---\n# why\n']).replaceAll('\n', hand.eol);
  const text = head + block(values, 0, hand, random);
  return random.chance(0.15) ? text.trimEnd() : text + random.pick(['', '', hand.eol, `# the end${hand.eol}`]);
}

function block(map: { [key: string]: Plain }, indent: number, hand: Hand, random: Random): string {
  const margin = ' '.repeat(indent);
  return Object.entries(map)
    .map(([key, value], i) => {
      const above = `${i > 0 && hand.blanks && random.chance(0.4) ? hand.eol : ''}${hand.comments && random.chance(0.3) ? `${margin}# ${random.pick(['about this', key, 'old: 1', 'see https://x.y/#z'])}${hand.eol}` : ''}`;
      return `${above}${margin}${scalar(key, random, true)}:${valueAt(value, indent, hand, random)}`;
    })
    .join('');
}

function valueAt(value: Plain, indent: number, hand: Hand, random: Random): string {
  const behind = hand.comments && random.chance(0.2) ? '  # note' : '';
  if (value === null || typeof value !== 'object') return ` ${scalar(value, random)}${behind}${hand.eol}`;
  const isEmpty = Object.keys(value).length === 0;
  if (isEmpty || (hand.flow && random.chance(0.4))) return ` ${flow(value, random)}${behind}${hand.eol}`;
  if (!Array.isArray(value)) return `${behind}${hand.eol}${block(value, indent + hand.step, hand, random)}`;
  const column = indent + hand.dash;
  const items = value.map((item) => {
    const comment = hand.comments && random.chance(0.2) ? `${' '.repeat(column)}# item${hand.eol}` : '';
    if (item === null || typeof item !== 'object') return `${comment}${' '.repeat(column)}- ${scalar(item, random)}${hand.eol}`;
    return `${comment}${' '.repeat(column)}- ${block(item as { [key: string]: Plain }, column + 2, { ...hand, comments: false, blanks: false }, random).trimStart()}`;
  });
  return `${behind}${hand.eol}${items.join('')}`;
}

function flow(value: Plain, random: Random): string {
  if (value === null || typeof value !== 'object') return typeof value === 'string' ? JSON.stringify(value) : scalar(value, random);
  const blank = random.pick(['', '', ' ']);
  if (Array.isArray(value))
    return `[${value.length > 0 ? blank : ''}${value.map((item) => flow(item, random)).join(', ')}${value.length > 0 ? blank : ''}]`;
  return `{${blank}${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}: ${flow(inner, random)}`)
    .join(', ')}${blank}}`;
}

function scalar(value: string | number | boolean | null, random: Random, isKey = false): string {
  if (typeof value !== 'string') return String(value);
  const isPlain = /^[a-z][a-z0-9./-]*$/.test(value) && !/^(yes|on|null)$/.test(value);
  const style = random.between(0, 3);
  if (isPlain && (style < 2 || isKey)) return value;
  return style === 3 ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value);
}
