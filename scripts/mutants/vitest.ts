import { ASYMMETRIC_MATCHERS_OBJECT, GLOBAL_EXPECT, JestAsymmetricMatchers, JestChaiExpect, JestExtend, setState } from '@vitest/expect';
import * as chai from 'chai';

/** One test as its file declares it. */
export interface Declared {
  file: string;
  name: string;
  run: () => unknown;
}

/** What stands in for vitest while mutants run: the same `expect`, and a list of tests that can be run again and again in one process. */
export const declared: Declared[] = [];

let file = '';
let names: string[] = [];

/** Whose tests are declared from here on. */
export function declareIn(name: string): void {
  file = name;
  names = [];
}

type Body = (...args: never[]) => unknown;

function group(name: unknown, body: Body, args: unknown[] = []): void {
  names.push(String(name));
  body(...(args as never[]));
  names.pop();
}

function single(name: unknown, body: Body, args: unknown[] = []): void {
  declared.push({ file, name: [...names, String(name)].join(' > '), run: () => body(...(args as never[])) });
}

function table(one: (name: unknown, body: Body, args: unknown[]) => void) {
  return (rows: readonly unknown[]) => (name: unknown, body: Body) => {
    for (const [i, row] of rows.entries()) one(`${String(name)} ${i}`, body, Array.isArray(row) ? row : [row]);
  };
}

export const describe = Object.assign(group, { each: table(group) });
export const it = Object.assign(single, { each: table(single) });
export const test = it;

function never(): never {
  throw new Error('Tests that need hooks are not run against mutants: leave the file out of the list in scripts/mutants/runner.ts.');
}
export const beforeAll = never;
export const afterAll = never;
export const beforeEach = never;
export const afterEach = never;

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

const bare = ((value: unknown, message?: string) => chai.expect(value, message)) as unknown as typeof chai.expect;
export const expect = Object.assign(bare, chai.expect, (globalThis as unknown as Record<symbol, object>)[ASYMMETRIC_MATCHERS_OBJECT]);
setState({ assertionCalls: 0 }, expect as never);
(globalThis as unknown as Record<symbol, unknown>)[GLOBAL_EXPECT] = expect;
