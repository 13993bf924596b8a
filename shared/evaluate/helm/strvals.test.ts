import { describe, expect, it } from 'vitest';
import type { SetFlag, SetLayer, ValuesLayer } from '../../model.ts';
import { at, firstOpaque, fromPlain, toPlain } from '../../tree.ts';
import { mergeLayers } from './merge.ts';

const place = { file: 'install.sh', line: 3, column: 5 };
const flag = (kind: SetFlag['flag'], text: string, more: Partial<SetFlag> = {}): SetFlag => ({ flag: kind, text, place, ...more });
const layer = (...flags: SetFlag[]): SetLayer => ({ kind: 'set', place, flags });
const file = (plain: unknown): ValuesLayer => ({ kind: 'values-file', place, tree: fromPlain(plain, place) });

function set(kind: SetFlag['flag'], text: string, below: unknown = {}, helm: 3 | 4 = 4): unknown {
  const { tree, problems } = mergeLayers([file(below), layer(flag(kind, text))], helm);
  return problems.length > 0 ? 'refused' : toPlain(tree);
}

/** Recorded from `helm template` of Helm 3.19.4 and 4.3.1. */
const sets: [text: string, result: unknown, below?: unknown][] = [
  ['a=true', { a: true }],
  ['a=TRUE', { a: true }],
  ['a=False', { a: false }],
  ['a=yes', { a: 'yes' }],
  ['a=on', { a: 'on' }],
  ['a=null', { a: null }],
  ['a=NULL', { a: null }],
  ['a=~', { a: '~' }],
  ['a=', { a: '' }],
  ['a', 'refused'],
  ['a=5', { a: 5 }],
  ['a=-5', { a: -5 }],
  ['a=+5', { a: 5 }],
  ['a=0', { a: 0 }],
  ['a=-007', { a: -7 }],
  ['a=0123', { a: '0123' }],
  ['a=007', { a: '007' }],
  ['a=00', { a: '00' }],
  ['a=1.5', { a: '1.5' }],
  ['a=1.0', { a: '1.0' }],
  ['a=1e3', { a: '1e3' }],
  ['a=0x1F', { a: '0x1F' }],
  ['a=1_000', { a: '1_000' }],
  ['a=9223372036854775808', { a: '9223372036854775808' }],
  ['a="5"', { a: '"5"' }],
  ["a='x'", { a: "'x'" }],
  ['a= 5', { a: ' 5' }],
  ['a=5 ', { a: '5 ' }],
  ['a={x,y}', { a: ['x', 'y'] }],
  ['a={1,true,null}', { a: [1, true, null] }],
  ['a={x, y}', { a: ['x', ' y'] }],
  ['a={}', { a: [''] }],
  ['a={x,}', { a: ['x', ''] }],
  ['a={x,y', 'refused'],
  ['a={{x}}', 'refused'],
  ['a={x}z', 'refused'],
  ['a=[1,2]', 'refused'],
  ['a=[]', { a: '[]' }],
  ['a={a: 1}', { a: ['a: 1'] }],
  ['a=x,b=y', { a: 'x', b: 'y' }],
  ['a=x\\,y', { a: 'x,y' }],
  ['a=x,y', 'refused'],
  ['a=x,', { a: 'x' }],
  ['a=x,,b=y', 'refused'],
  ['a=b=c', { a: 'b=c' }],
  ['a\\=b=c', { 'a=b': 'c' }],
  ['a.b\\.c=d', { a: { 'b.c': 'd' } }],
  ['nodeSelector.kubernetes\\.io/os=linux', { nodeSelector: { 'kubernetes.io/os': 'linux' } }],
  ['a=x\\ny', { a: 'xny' }],
  ['a=C:\\\\x', { a: 'C:\\x' }],
  ['a[0]=x', { a: ['x'] }],
  ['a[2]=x', { a: [null, null, 'x'] }],
  ['a[0].b=1,a[0].c=2', { a: [{ b: 1, c: 2 }] }],
  ['a[-1]=x', 'refused'],
  ['a[x]=x', 'refused'],
  ['a[65537]=x', 'refused'],
  ['list[1]=z', { list: ['p', 'z', 'r'] }, { list: ['p', 'q', 'r'] }],
  ['a.0=x', { a: { 0: 'x' } }],
  ['list.0=z', 'refused', { list: ['p'] }],
  ['y=1', { y: 1 }],
  ['on=x', { on: 'x' }],
  ['map=5', { map: 5 }, { map: { x: 1 } }],
  ['map={}', { map: [''] }, { map: { x: 1 } }],
  ['map.x=5', 'refused', { map: null }],
  ['map=null,map.x=5', 'refused'],
  ['a.b=2', 'refused', { a: 1 }],
  ['a.b=2', 'refused', { a: [1] }],
  ['a.b=2,a=1', { a: 1 }],
  ['=x', {}],
  ['.a=x', {}],
  ['a..b=x', 'refused'],
  ['a.=x', 'refused'],
  ['__proto__.a=1', JSON.parse('{"__proto__":{"a":1}}')],
  // From here on of Helm 4.3 alone.
  ['a.b[0].c=1', { a: { b: [{ c: 1 }] } }],
  ['a[0][1]=x', { a: [[null, 'x']] }],
  ['a[0][1]=x,a[0][0]=y', { a: [['y', 'x']] }],
  ['a[0][0].b=x', { a: [[{ b: 'x' }]] }],
  ['a[0].b[1]=x', { a: [{ b: [null, 'x'] }] }],
  ['a[1]=x', { a: ['p', 'x'] }, { a: ['p'] }],
  ['a[0][0]=x', 'refused', { a: ['p'] }],
  ['a[0][0]=x', { a: [['x', 'q']] }, { a: [['p', 'q']] }],
  ['a[0][2]=x', { a: [['p', 'q', 'x']] }, { a: [['p', 'q']] }],
  ['a[0][0]=x', { a: [['x']] }, { a: [null] }],
  ['a[0][0]=x', 'refused', { a: [{ b: 1 }] }],
  ['a[0].b=x', { a: [{ b: 'x' }] }, { a: ['p'] }],
  ['a[0].b=x', { a: [{ b: 'x' }] }, { a: [null] }],
  ['a[0].b=x', { a: [{ b: 'x', c: 1 }] }, { a: [{ c: 1 }] }],
  ['a[0]', { a: [] }],
  ['a[0]x=1', 'refused'],
  ['a[0]b.c=1', 'refused'],
  ['a[0].', { a: [] }],
  ['a[0].b', 'refused'],
  ['a[0].=x', { a: [{}] }],
  ['a[0],b=1', 'refused'],
  ['a[0]=x,b=1', { a: ['x'], b: 1 }],
  ['a[0].b=1,c=2', { a: [{ b: 1 }], c: 2 }],
  ['a[+1]=x', { a: [null, 'x'] }],
  ['a[01]=x', { a: [null, 'x'] }],
  ['a[]=x', 'refused'],
  ['a[1.5]=x', 'refused'],
  ['a[12]=x', { a: [null, null, null, null, null, null, null, null, null, null, null, null, 'x'] }],
  ['a[ 1]=x', 'refused'],
  ['a[-0]=x', { a: ['x'] }],
  ['a[1x]=x', 'refused'],
  ['a[x1]=x', 'refused'],
  ['a=,b=1', { a: '', b: 1 }],
  ['a[0]=', { a: [''] }],
  ['a[0]=,b=1', { a: [''], b: 1 }],
  ['a.b=', { a: { b: '' } }],
  ['a.b=,c=1', { a: { b: '' }, c: 1 }],
  ['a={},b=1', { a: [''], b: 1 }],
  ['a={x,y},b=1', { a: ['x', 'y'], b: 1 }],
  ['a={x},', { a: ['x'] }],
  ['a={x}b=1', { a: ['x'], b: 1 }],
  ['a={x\\,y,z}', { a: ['x,y', 'z'] }],
  ['a={x\\}y}', { a: ['x}y'] }],
  ['a={', 'refused'],
  ['a={x', 'refused'],
  ['a=x{y}', { a: 'x{y}' }],
  ['a=\\{x}', { a: '{x}' }],
  ['a={1,2}', { a: [1, 2] }, { a: [5] }],
  ['a={{x},y}', 'refused'],
  ['a={[x]}', { a: ['[x]'] }],
  ['a.b.c=1,a.b.d=2', { a: { b: { c: 1, d: 2 } } }],
  ['a.b=1', { a: { b: 1, c: 2 } }, { a: { c: 2 } }],
  ['a.b=1', { a: { b: 1 } }, { a: { b: { c: 1 } } }],
  ['a.b.c=1', 'refused', { a: { b: 5 } }],
  ['a.b=null', { a: { b: null } }, { a: { b: 5 } }],
  ['a.b,c=1', 'refused'],
  ['a.b', 'refused'],
  ['a.', {}],
  ['.', {}],
  ['', {}],
  [',', 'refused'],
  ['a=1,', { a: 1 }],
  ['a=1,,', 'refused'],
  [',a=1', 'refused'],
  ['a=1,b', 'refused'],
  ['a[0]=1,b', 'refused'],
  ['a\\', 'refused'],
  ['a\\.b', 'refused'],
  ['a\\=1', 'refused'],
  ['a=b\\', { a: 'b' }],
  ['a\\[0\\]=1', { 'a[0]': 1 }],
  ['a=x]', { a: 'x]' }],
  ['a=x[0]', { a: 'x[0]' }],
  ['a]=1', { 'a]': 1 }],
  ['a =1', { 'a ': 1 }],
  [' a=1', { ' a': 1 }],
  ['a=1 ,b=2', { a: '1 ', b: 2 }],
  ['a=tRuE', { a: true }],
  ['a=nUll', { a: null }],
  ['a=0.0', { a: '0.0' }],
  ['a=-0', { a: 0 }],
  ['a=00000', { a: '00000' }],
  ['a=-', { a: '-' }],
  ['a=+', { a: '+' }],
  ['a=1e5', { a: '1e5' }],
  ['a=0b1', { a: '0b1' }],
  ['a=0o7', { a: '0o7' }],
  ['a=true ', { a: 'true ' }],
  ['a.b[0]=1,a.b[1]=2,a.c=3', { a: { b: [1, 2], c: 3 } }],
  ['a[2].b=1', { a: [null, null, { b: 1 }] }],
  ['a[1]=x,a[0]=y', { a: ['y', 'x'] }],
  ['a[0]=x,a=y', { a: 'y' }],
  ['a=y,a[0]=x', 'refused'],
];

describe('--set', () => {
  it.each(sets)('%s → %j', (text, result, below) => expect(set('set', text, below)).toEqual(result));
  it('makes integers, which YAML does not', () => {
    const { tree } = mergeLayers([layer(flag('set', 'a=1048576'), flag('set-json', 'b=1048576'))]);
    expect(at(tree, 'a')).toEqual({ kind: 'scalar', value: 1048576, integer: true, place, origin: 'set' });
    expect(at(tree, 'b')).not.toHaveProperty('integer');
  });
  it('keeps an int64 that no number holds as the text that it prints as', () => {
    expect(set('set', 'a=9223372036854775807')).toEqual({ a: '9223372036854775807' });
  });
  it('takes an index without its bracket for nothing with Helm 4, and refuses it with Helm 3', () => {
    expect(set('set', 'a[0=x')).toEqual({});
    expect(set('set', 'a[0=x', {}, 3)).toBe('refused');
  });
  it('does not change the layers that it lies over', () => {
    const below = file({ a: { b: [1] } });
    mergeLayers([below, layer(flag('set', 'a.b[0]=2,a.c=3'))]);
    expect(toPlain(below.tree)).toEqual({ a: { b: [1] } });
  });
  it('takes keys and indices as deep and as high as Helm does', () => {
    expect(set('set', `${'a.'.repeat(30)}b=1`)).not.toBe('refused');
    expect(set('set', `${'a.'.repeat(31)}b=1`)).toBe('refused');
    expect(set('set', `a${'[0]'.repeat(31)}=1`)).not.toBe('refused');
    expect(set('set', `a${'[0].a'.repeat(40)}=1`)).not.toBe('refused');
    expect((set('set', 'a[65536]=x') as { a: unknown[] }).a).toHaveLength(65537);
  });
  it('bounds hostile lists', () => {
    const text = Array.from({ length: 40 }, (_, i) => `a${i}[65536]=x`).join(',');
    expect(set('set', text)).toBe('refused');
    expect(set('set', `a${'[0]'.repeat(10_000)}=x`)).toBe('refused');
    expect(set('set', `${'a.'.repeat(10_000)}b=x`)).toBe('refused');
  });
});

describe('the other flags', () => {
  it.each<[SetFlag['flag'], string, unknown, unknown?]>([
    ['set-string', 'a=true,b=null,c=0123', { a: 'true', b: 'null', c: '0123' }],
    ['set-string', 'a={1,2}', { a: ['1', '2'] }],
    ['set-json', 'a=1,b=[2]', { a: 1, b: [2] }],
    ['set-json', 'new={"c":2}', { new: { c: 2 } }, { new: { a: 1 } }],
    ['set-json', 'a=', { a: null }],
    ['set-json', 'a=0123', 'refused'],
    ['set-json', 'a=x', 'refused'],
    ['set-json', 'a[1].b="q,}"', { a: [null, { b: 'q,}' }] }],
    ['set-json', '{"a":{"b":1,"c":null}}', { a: { b: 1, c: null, d: 2 } }, { a: { b: 0, d: 2 } }],
    ['set-json', '{"a"}', 'refused'],
    ['set-literal', 'a.b={x},c=1', { a: { b: '{x},c=1' } }],
    ['set-literal', 'a\\.b=x', { 'a\\': { b: 'x' } }],
    ['set-string', 'a[0]=1,b=2', { a: ['1'], b: '2' }],
    ['set-string', 'a[0].b=null', { a: [{ b: 'null' }] }],
    ['set-string', 'a=', { a: '' }],
    ['set-string', 'a={}', { a: [''] }],
    ['set-string', 'a={1,true}', { a: ['1', 'true'] }],
    ['set-string', 'a[0]={1,2},b=3', { a: [['1', '2']], b: '3' }],
    ['set-string', 'a=007', { a: '007' }],
    ['set-string', 'a=x\\,y', { a: 'x,y' }],
    ['set-json', 'a=1', { a: 1 }],
    ['set-json', 'a="x"', { a: 'x' }],
    ['set-json', 'a={"b":[1,{"c":"}"}]},d=2', { a: { b: [1, { c: '}' }] }, d: 2 }],
    ['set-json', 'a=[1,2],b=3', { a: [1, 2], b: 3 }],
    ['set-json', 'a=[],b={}', { a: [], b: {} }],
    ['set-json', 'a="x,y",b=2', { a: 'x,y', b: 2 }],
    ['set-json', 'a="x\\"y"', { a: 'x"y' }],
    ['set-json', 'a= 1', { a: 1 }],
    ['set-json', 'a=1 ,b=2', { a: 1, b: 2 }],
    ['set-json', 'a=true,b=false,c=null', { a: true, b: false, c: null }],
    ['set-json', 'a=1.5e3', { a: 1500 }],
    ['set-json', 'a=-1.25', { a: -1.25 }],
    ['set-json', 'a=1E+2', { a: 100 }],
    ['set-json', 'a=10e-1', { a: 1 }],
    ['set-json', 'a=.5', 'refused'],
    ['set-json', 'a=1.', 'refused'],
    ['set-json', 'a=tru', 'refused'],
    ['set-json', 'a=1x', 'refused'],
    ['set-json', 'a=1 x', 'refused'],
    ['set-json', 'a={"b":1}x', 'refused'],
    ['set-json', 'a={"b":1', 'refused'],
    ['set-json', 'a="x', 'refused'],
    ['set-json', 'a=[1,]', 'refused'],
    ['set-json', 'a[0]=1', { a: [1] }],
    ['set-json', 'a[0]={"b":1},c=2', { a: [{ b: 1 }], c: 2 }],
    ['set-json', 'a[0].b=1,a[0].c=2', { a: [{ b: 1, c: 2 }] }],
    ['set-json', 'a.b={"c":1}', { a: { b: { c: 1 } } }, { a: { b: { d: 2 } } }],
    ['set-json', 'a=[[1],[2]]', { a: [[1], [2]] }],
    ['set-json', 'a=123,b=456', { a: 123, b: 456 }],
    ['set-json', 'a=12.345,b=1', { a: 12.345, b: 1 }],
    ['set-json', '', {}],
    ['set-json', 'a', 'refused'],
    ['set-json', '{"a":1}', { a: 1, b: 2 }, { b: 2 }],
    ['set-json', '[1]', {}],
    ['set-json', '{}', {}],
    ['set-json', ' {"a":1}', { a: 1 }],
    ['set-json', '{"a":[1]}', { a: [1] }, { a: [2, 3] }],
    ['set-json', '{"a":{"b":null}}', { a: { b: null } }, { a: { b: 1 } }],
    ['set-json', 'null', 'refused'],
    ['set-json', 'a=null', { a: null }, { a: { b: 1 } }],
    ['set-literal', 'a=x,y=z', { a: 'x,y=z' }],
    ['set-literal', 'a[0]=x,y', { a: ['x,y'] }],
    ['set-literal', 'a.b[1]=x', { a: { b: [null, 'x'] } }],
    ['set-literal', 'a=', { a: '' }],
    ['set-literal', 'a', 'refused'],
    ['set-literal', 'a[0]', { a: [] }],
    ['set-literal', 'a,b=1', { 'a,b': '1' }],
    ['set-literal', 'a=null', { a: 'null' }],
    ['set-literal', 'a=1', { a: '1' }],
    ['set-literal', 'a=true', { a: 'true' }],
    ['set-literal', 'a\\,b=1', { 'a\\,b': '1' }],
    ['set-literal', 'a.b=x', { a: { b: 'x', c: 1 } }, { a: { c: 1 } }],
    ['set-literal', 'a[0].b=x', { a: [{ b: 'x' }] }],
    ['set-literal', 'a[0][1]=x', { a: [[null, 'x']] }],
    ['set-literal', 'a[0]x=1', 'refused'],
    ['set-literal', 'a.=1', 'refused'],
    ['set-literal', '', {}],
    ['set-literal', 'a={1,2}', { a: '{1,2}' }],
    ['set-json', 'a=1e', 'refused'],
    ['set-json', 'a=1.e3', 'refused'],
    ['set-json', 'a=1e+', 'refused'],
    ['set-json', 'a=-', 'refused'],
    ['set-json', 'a=01', 'refused'],
    ['set-json', 'a=-01', 'refused'],
    ['set-json', 'a=1.5.2', 'refused'],
    ['set-json', 'a=1-2', 'refused'],
    ['set-json', 'a=[1.]', 'refused'],
    ['set-json', 'a={"b":1.}', 'refused'],
    ['set-json', 'a=1.,b=2', 'refused'],
    ['set-json', 'a=truex', 'refused'],
    ['set-json', 'a=nullnull', 'refused'],
    ['set-json', 'a=1{}', 'refused'],
    ['set-json', 'a="x"y', 'refused'],
    ['set-json', 'a="x"1', 'refused'],
    ['set-json', 'a=1"x"', 'refused'],
    ['set-json', 'a=true1', 'refused'],
    ['set-json', 'a=1true', 'refused'],
    ['set-json', 'a=[1]2', 'refused'],
    ['set-json', 'a=1,2', 'refused'],
    ['set-json', 'a=00', 'refused'],
    ['set-json', 'a=[01]', 'refused'],
    ['set-json', 'a=,b=1', { a: null, b: 1 }],
    ['set-json', 'a=[1 2]', 'refused'],
    ['set-json', 'a={"b":1,}', 'refused'],
    ['set-json', 'a={b:1}', 'refused'],
    ['set-json', "a='x'", 'refused'],
    ['set-json', 'a=[[[1]]]', { a: [[[1]]] }],
    ['set-json', 'a=}', 'refused'],
    ['set-json', 'a=]', 'refused'],
    ['set-json', 'a=1}', 'refused'],
    ['set-json', 'a={"c":"\\\\"}', { a: { c: '\\' } }],
    ['set-json', 'a={"c":"\\""},b=1', { a: { c: '"' }, b: 1 }],
    ['set-json', 'a=["]"],b=1', { a: [']'], b: 1 }],
  ])('--%s %s', (kind, text, result, below) => expect(set(kind, text, below)).toEqual(result));

  it('--set-json with a whole document is for Helm 4 alone', () => expect(set('set-json', '{"a":1}', {}, 3)).toBe('refused'));

  it('--set-file sets the text of the file', () => {
    const { tree } = mergeLayers([layer(flag('set-file', 'a=x.txt', { file: 'text\n' }), flag('set-file', 'b=missing.txt'))]);
    expect(at(tree, 'a')).toMatchObject({ value: 'text\n' });
    expect(at(tree, 'b')).toMatchObject({ kind: 'opaque', reason: 'is the text of a file that is not here' });
  });

  it('are applied in Helm’s order, whatever the order of the command', () => {
    const flags = [
      flag('set-literal', 'e=literal'),
      flag('set-string', 'b=string,c=string,d=string'),
      flag('set', 'a=1,b=1'),
      flag('set-json', 'a="json",z="json"'),
    ];
    const files = [flag('set-file', 'd=x,e=x', { file: 'file' })];
    expect(toPlain(mergeLayers([file({ z: 'file' }), layer(...flags, ...files)]).tree)).toEqual({
      a: 1,
      b: 'string',
      c: 'string',
      d: 'file',
      e: 'literal',
      z: 'json',
    });
  });
});

describe('flags that cannot be known', () => {
  const hidden = { kind: 'opaque' as const, reason: 'is a variable of the shell', text: '$X', place };

  it('hide their own keys and no other', () => {
    const { tree, problems } = mergeLayers([file({ a: { b: 1, c: 2 } }), layer(flag('set', 'a.b=$X,l[0]=$Y', { opaque: hidden }))]);
    expect(problems).toEqual([]);
    expect(at(tree, 'a.b')).toBe(hidden);
    expect(at(tree, 'a.c')).toMatchObject({ value: 2 });
    expect(at(tree, 'l.0')).toBe(hidden);
  });

  it('hide everything where even the keys are unknown', () => {
    for (const text of ['$X', '$KEY=1', 'a=1,$REST']) {
      const { tree } = mergeLayers([file({ a: 1, b: 1 }), layer(flag('set', text, { opaque: hidden }))]);
      expect(at(tree, 'b')).toBe(hidden);
    }
  });

  it('that Helm refuses are problems at their place, and their keys are opaque', () => {
    const { tree, problems } = mergeLayers([file({ a: 1, k: 2 }), layer(flag('set', 'a.b=2'))]);
    expect(problems).toEqual([{ message: '--set: a key lies below a value that is no map', place }]);
    expect(at(tree, 'a.b')?.kind).toBe('opaque');
    expect(at(tree, 'k')).toMatchObject({ value: 2 });
  });

  it('leave what stands beside them, and hide what they are set in', () => {
    const { tree } = mergeLayers([
      {
        kind: 'values-file',
        place,
        tree: {
          ...fromPlain({}, place),
          entries: new Map<string, unknown>([
            ['a', hidden],
            ['l', fromPlain([1, 2], place)],
          ]),
        } as never,
      },
      layer(flag('set', 'a[1]=x')),
      layer(flag('set', 'l[0]={x,$X}', { opaque: hidden })),
      layer(flag('set-json', 'j={"b":"$X"}', { opaque: hidden }), flag('set-file', 'f=$X', { opaque: hidden, file: 'text' })),
      layer(flag('set-file', 'g=x.txt', { file: hidden })),
    ]);
    for (const path of ['a', 'l.0', 'j', 'f', 'g']) expect(at(tree, path)).toBe(hidden);
    expect(at(tree, 'l.1')).toMatchObject({ value: 2 });
    const { tree: filled } = mergeLayers([layer(flag('set', 'm[2]=$X', { opaque: hidden }))]);
    expect(at(filled, 'm.0')).toMatchObject({ value: null });
  });

  it('keep items whose neighbours cannot be known', () => {
    const items = { ...(fromPlain([], place) as object), items: [hidden, hidden] };
    const below: ValuesLayer = {
      kind: 'values-file',
      place,
      tree: { ...fromPlain({}, place), entries: new Map<string, unknown>([['a', items]]) } as never,
    };
    const { tree, problems } = mergeLayers([below, layer(flag('set', 'a[0][1]=x,a[1].b=1'))]);
    expect(problems).toEqual([]);
    expect(at(tree, 'a.0')).toBe(hidden);
    expect(at(tree, 'a.1.b')).toMatchObject({ value: 1 });
    expect(at(tree, 'a.1.c')).toBe(hidden);
  });

  it('name every key that they were to set, each by itself', () => {
    const { tree, problems } = mergeLayers([file({ a: 1, b: { c: 2, d: 3 }, k: 4 }), layer(flag('set', 'b.c=5,a.x=6,k=7'))]);
    expect(problems).toHaveLength(1);
    for (const path of ['b.c', 'a.x']) expect(at(tree, path)?.kind, path).toBe('opaque');
    for (const [path, value] of [
      ['b.d', 3],
      ['k', 4],
    ] as const)
      expect(at(tree, path), path).toMatchObject({ value });
  });

  it('keep what lies under an opaque value', () => {
    const { tree } = mergeLayers([
      { kind: 'values-file', place, tree: { ...fromPlain({}, place), entries: new Map<string, unknown>([['a', hidden]]) } as never },
      layer(flag('set', 'a.b=1')),
    ]);
    expect(at(tree, 'a.b')).toMatchObject({ value: 1 });
    expect(at(tree, 'a.c')).toBe(hidden);
    expect(firstOpaque(tree)).toBe(hidden);
  });
});
