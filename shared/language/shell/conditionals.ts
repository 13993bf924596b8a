import type { If, Statement, TestExpression, Word } from 'unbash';
import { runBranches } from './branches.ts';
import type { Shell } from './interpreter.ts';
import { evaluateTest } from './test-expressions.ts';
import { knownText } from './text.ts';
import { fitsPattern, wordText } from './words.ts';

type Body = (shell: Shell) => void;
type Command = Statement['command'];

/** `a && b || c`. */
export function runAndOr(node: Extract<Command, { type: 'AndOr' }>, shell: Shell): void {
  const [first] = node.commands;
  shell.statement(first!);
  let truth = truthOf(first!, shell);
  for (const [i, operator] of node.operators.entries()) {
    const next = node.commands[i + 1]!;
    const runs = truth === undefined ? undefined : operator === '&&' ? truth : !truth;
    if (runs === false) continue;
    // A command that may fail is taken to succeed: what stands behind its `||` is for the other case.
    if (runs === true || (operator === '&&' && !isTest(first!))) {
      shell.statement(next);
      truth = truthOf(next, shell);
    } else {
      runBranches([(branch) => branch.statement(next), () => {}], shell, 'a condition decides', asksWhetherSet(first!, shell));
      truth = undefined;
    }
    if (shell.ended) return;
  }
}

/** `if`, with every `elif`. */
export function runIf(node: If, shell: Shell): void {
  const bodies: Body[] = [];
  let certain = false;
  for (const arm of [node, ...node.elif]) {
    shell.statements(arm.clause.commands);
    if (shell.ended) return;
    const last = arm.clause.commands.at(-1);
    const truth = last && truthOf(last.command, shell);
    if (truth === false) continue;
    bodies.push((branch) => branch.statements(arm.then.commands));
    if (truth === true) {
      certain = true;
      break;
    }
  }
  const otherwise = node.else;
  if (!certain) bodies.push((branch) => otherwise && branch.statements(otherwise.commands));
  runOneOf(bodies, shell, asksWhetherSet(node.clause, shell));
}

/** `case`. */
export function runCase(node: Extract<Command, { type: 'Case' }>, shell: Shell): void {
  const subject = knownText(wordText(node.word, shell));
  const bodies: Body[] = [];
  let certain = false;
  for (const item of node.items) {
    const patterns = item.pattern.map((p) => knownText(wordText(p, shell)));
    const body: Body = (branch) => branch.statements(item.body.commands);
    if (subject === undefined || patterns.some((p) => p === undefined)) bodies.push(body);
    else if (patterns.some((p) => fitsPattern(subject, p!))) {
      bodies.push(body);
      certain = true;
      break;
    }
  }
  if (!certain) bodies.push(() => {});
  runOneOf(bodies, shell, false);
}

/** What is certain runs in the shell itself. */
function runOneOf(bodies: readonly Body[], shell: Shell, defaults: boolean): void {
  if (bodies.length === 1) bodies[0]!(shell);
  else runBranches(bodies, shell, 'a condition decides', defaults);
}

/** A condition that only asks whether a variable has a value: what it guards is a default. */
function asksWhetherSet(node: { pos: number; end: number }, { source }: Shell): boolean {
  return /-z\s|-[nv]\s/.test(source.text.slice(node.pos, node.end));
}

/** Whether a command succeeds, as far as Git says it. */
function truthOf(node: Command, shell: Shell): boolean | undefined {
  if (node.type === 'TestCommand') return evaluateTest(node.expression as TestExpression, shell);
  if (node.type === 'Pipeline' && node.prefixes.some((p) => p.type === 'Negation') && node.commands.length === 1) {
    const inner = truthOf(node.commands[0]!, shell);
    return inner === undefined ? undefined : !inner;
  }
  if (node.type !== 'Command' || !node.name) return undefined;
  const name = node.name.value;
  if (name === 'true') return true;
  if (name === 'false') return false;
  if (name !== '[' && name !== 'test') return undefined;
  const [a, b, c, ...more] = node.args.filter((arg): arg is Word => arg.type === 'Word' && arg.value !== ']');
  if (!a || !b || more.length > 0) return undefined;
  return c === undefined
    ? evaluateTest({ type: 'TestUnary', operator: a.value, operand: b, pos: 0, end: 0 }, shell)
    : evaluateTest({ type: 'TestBinary', operator: b.value, left: a, right: c, pos: 0, end: 0 }, shell);
}

function isTest(node: Command): boolean {
  if (node.type === 'Pipeline') return node.commands.length === 1 && isTest(node.commands[0]!);
  return (
    node.type === 'TestCommand' ||
    node.type === 'ArithmeticCommand' ||
    (node.type === 'Command' && /^(\[|test|command|which|type|grep)$/.test(node.name?.value ?? ''))
  );
}
