import { describe, expect, it } from 'vitest';
import { linesOf, parseCommand } from '../test/action/peers/workflow-commands.ts';
import { createLog } from './log.ts';

const printed = (text: string) => {
  let out = '';
  createLog((more) => {
    out += more;
  })(text);
  return out;
};

describe('the log', () => {
  it.each([
    '::set-output name=outcome::aligned',
    '  \t::add-mask::a',
    ':::error::x',
    'text ##[set-output name=a]b',
    'one\r::error::two',
    'one\u2028::error::two\u2029::error::three\u0085::error::four\f::error::x\v::error::y',
    '##[add-matcher]x ##[stop-commands]y',
    '\u200b::error::x',
    '\ufeff::error::x',
    '\u00a0::error::x',
    '\u3000::error::x',
    '#\u200b#[error]x',
  ])('gives the runner no command: %j', (text) => {
    for (const line of linesOf(printed(text))) expect(parseCommand(line)).toBeUndefined();
  });

  it('moves no cursor and hides nothing', () => {
    expect(printed('\u001b[31mred\u0007 \u202eabc')).toBe('\\u001b[31mred\\u0007 \\u202eabc\n');
  });

  it('leaves words as they are', () => {
    expect(printed('a: b::c — ü\nsecond')).toBe('a: b::c — ü\nsecond\n');
  });
});
