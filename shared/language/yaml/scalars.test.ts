import { describe, expect, it } from 'vitest';
import { toPlain } from '../../tree.ts';
import { wholeFile } from '../source-text.ts';
import { parseYaml } from './parse.ts';

const value = (text: string) => {
  const { documents, problems } = parseYaml(wholeFile('values.yaml', `a: ${text}\n`), { templates: false });
  return problems.length > 0 ? 'refused' : (toPlain(documents[0]?.tree) as { a: unknown }).a;
};
const key = (text: string) => {
  const { documents, problems } = parseYaml(wholeFile('values.yaml', `${text}: x\n`), { templates: false });
  return problems.length > 0 ? 'refused' : Object.keys(toPlain(documents[0]?.tree) as object)[0];
};

/** What `helm -f` makes of a scalar, recorded from Helm 3.19.4 and 4.3.1. */
const values: [inputs: string[], result: unknown][] = [
  [['yes', 'Yes', 'YES', 'on', 'On', 'y', 'Y', 'true', 'True', 'TRUE', '!!bool yes'], true],
  [['no', 'No', 'off', 'OFF', 'n', 'N', 'false', 'False', 'FALSE'], false],
  [['~', 'null', 'Null', 'NULL', '', '!!null ~'], null],
  [['010', '0o10'], 8],
  [['0O7'], 7],
  [['0B1', '0X1'], 1],
  [['0777'], 511],
  [['-010'], -8],
  [['07_7'], 63],
  [['08'], 8],
  [['09'], 9],
  [['0x1F'], 31],
  [['0b101', '+5', '!!int 5', '!!int "5"', '5.'], 5],
  [['1_000', '1e3', '1E3', '1e+3'], 1000],
  [['-0', '00', '0'], 0],
  [['0.5e3'], 500],
  [['1.0'], 1],
  [['.5'], 0.5],
  [['1.16'], 1.16],
  [['1.20'], 1.2],
  [['9007199254740993'], 9007199254740992],
  [['18446744073709551616'], 2 ** 64],
  [['!!str 123', '"123"', "'123'"], '123'],
  [['!!binary aGk='], 'hi'],
  [['!custom x'], 'x'],
  [['.inf', '-.inf', '.NaN', '!!int x', '{{ x }}'], 'refused'],
];
/** These stay the text that they are. */
const texts = [
  'tRUE',
  'nUll',
  '1e400',
  '12:30',
  '190:20:30',
  '2026-11-21',
  '10.0.0.0/8',
  '::1',
  '=',
  '_1',
  '0x',
  '0b2',
  '+',
  '1.2.3',
  'v1.18.2',
  '${X}',
  '$X',
  '.e5',
];

describe('scalars, as sigs.k8s.io/yaml reads them', () => {
  const cases = values.flatMap(([inputs, result]) => inputs.map((input) => [input, result] as const));
  it.each(cases)('%s', (input, result) => {
    const found = value(input);
    expect(Object.is(found, -0) ? 0 : found).toBe(result);
  });
  it.each(texts)('%s is text', (input) => expect(value(input)).toBe(input));
  it('"{{ x }}" is text', () => expect(value('"{{ x }}"')).toBe('{{ x }}'));
});

describe('keys', () => {
  it.each([
    ['y', 'true'],
    ['on', 'true'],
    ['yes', 'true'],
    ['n', 'false'],
    ['off', 'false'],
    ['010', '8'],
    ['1.0', '1'],
    ['1e3', '1000'],
    ['1e6', '1e+06'],
    ['1000000', '1000000'],
    ['1000000.5', '1.0000005e+06'],
    ['0.00001', '1e-05'],
    ['"y"', 'y'],
    ["'010'", '010'],
    ['a.b', 'a.b'],
    ['~', 'refused'],
    ['null', 'refused'],
    ['? [a]\n', 'refused'],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
  ])('%s', (input, result) => expect(key(input)).toBe(result));
});
