import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { annotationsOf, linesOf, parseCommand, readKeyValues } from './workflow-commands.ts';

describe('the runner reads', () => {
  it.each([
    ['::error::text', { command: 'error', properties: {}, data: 'text' }],
    ['  ::ERROR file=a.yaml,line=3::b%0Ac%25', { command: 'error', properties: { file: 'a.yaml', line: '3' }, data: 'b\nc%' }],
    ['before ##[set-output name=drifted;]false', { command: 'set-output', properties: { name: 'drifted' }, data: 'false' }],
    ['##[add-mask]a%5D%3B', { command: 'add-mask', properties: {}, data: 'a];' }],
    ['::warning title=a%3A b%2C c::', { command: 'warning', properties: { title: 'a: b, c' }, data: '' }],
  ])('%s as a command', (line, command) => {
    expect(parseCommand(line)).toEqual(command);
  });

  it.each(['text ::error::no', '::unknown::x', '::error', '# #[error]x', ': :error::x', '##[unknown]x'])('%s as text', (line) => {
    expect(parseCommand(line)).toBeUndefined();
  });

  it('lines that a bare carriage return ends', () => {
    expect(linesOf('a\rb\r\nc\n')).toEqual(['a', 'b', 'c']);
  });

  it('files of names and values', () => {
    expect(readKeyValues('a=1\nb<<END\nx=1\n\ny\nEND\nc=\n')).toEqual({ a: '1', b: 'x=1\n\ny', c: '' });
    expect(() => readKeyValues('a<<END\nx\n')).toThrow('Matching delimiter');
    expect(() => readKeyValues('text\n')).toThrow('Invalid format');
  });

  it('ten annotations of a level, with paths below the workspace', () => {
    const commands = Array.from({ length: 12 }, () => parseCommand(`::error file=/w/a.yaml,line=2::${'x'.repeat(5000)}`)!);
    const shown = annotationsOf([...commands, parseCommand('::notice::n')!], '/w');
    expect(shown).toHaveLength(11);
    expect(shown[0]).toEqual({ level: 'error', file: 'a.yaml', line: 2, message: 'x'.repeat(4096) });
  });

  it('what GitHub’s own library writes, as it was meant', () => {
    const script = "import { error } from '@actions/core'; error('x\\r\\n::error::%0A', { file: 'a,b:c%.yaml', startLine: 1 });";
    const written = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
    expect(linesOf(written).map(parseCommand)).toEqual([
      { command: 'error', properties: { file: 'a,b:c%.yaml', line: '1' }, data: 'x\r\n::error::%0A' },
    ]);
  });
});
