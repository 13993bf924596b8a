/** A pattern with what is done to the lines that fit it. */
interface AwkRule {
  conditions: Condition[];
  actions: Action[];
}

type Line = { fields: string[]; variables: Map<string, string> };
type Condition = (line: Line) => boolean;
/** What an action does: prints a text, ends the line or the program, or only changes what later ones see. */
type Action = (line: Line) => { print: string } | 'next' | 'exit' | undefined;

const LONGEST_PROGRAM = 1000;
const LONGEST_TEXT = 128 * 1024;
const LONGEST_LINE = 400;

/**
 * What a program of awk's prints that looks a word up in lines: `$1 == "version:" {print $2; exit}`, `/^a:/ {inside = 1; next} inside && …`, `gsub(/"/, "", $2)`.
 * Each printed text has the number of its line, from 0. Undefined where the program does anything else: only a run says what that prints.
 */
export function runAwk(program: string, separator: string, text: string): { print: string; line: number }[] | undefined {
  const rules = program.length > LONGEST_PROGRAM || text.length > LONGEST_TEXT ? undefined : rulesOf(program);
  if (rules === undefined) return undefined;
  const lines = text.replace(/\n$/, '').split('\n');
  const variables = new Map<string, string>();
  const printed: { print: string; line: number }[] = [];
  for (const [number, whole] of lines.entries()) {
    if (whole.length > LONGEST_LINE) return undefined;
    const line: Line = { fields: [whole, ...fieldsOf(whole, separator)], variables };
    each: for (const { conditions, actions } of rules) {
      if (!conditions.every((fits) => fits(line))) continue;
      for (const action of actions) {
        const done = action(line);
        if (done === 'exit') return printed;
        if (done === 'next') break each;
        if (done) printed.push({ print: done.print, line: number });
      }
    }
  }
  return printed;
}

function fieldsOf(line: string, separator: string): string[] {
  return separator === ' ' ? line.trim().split(/[ \t]+/) : line.split(separator);
}

function rulesOf(program: string): AwkRule[] | undefined {
  const rules: AwkRule[] = [];
  let rest = program.trim();
  while (rest !== '') {
    const open = rest.indexOf('{');
    const close = rest.indexOf('}', open);
    if (open < 0 || close < 0) return undefined;
    const conditions = partsOf(rest.slice(0, open), '&&').map(conditionOf);
    const actions = partsOf(rest.slice(open + 1, close), /[;\n]/).map(actionOf);
    if (conditions.includes(undefined) || actions.includes(undefined)) return undefined;
    rules.push({ conditions: conditions as Condition[], actions: actions as Action[] });
    rest = rest.slice(close + 1).replace(/^[\s;]+/, '');
  }
  return rules;
}

function partsOf(text: string, separator: string | RegExp): string[] {
  return text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function conditionOf(text: string): Condition | undefined {
  const equal = /^\$(\d)\s*==\s*"([^"\\]*)"$/.exec(text);
  if (equal) return ({ fields }) => (fields[Number(equal[1])] ?? '') === equal[2];
  const matched = /^(?:\$(\d)\s*~\s*)?\/((?:[^/\\]|\\.)*)\/$/.exec(text);
  const pattern = matched && patternOf(matched[2]!);
  if (matched && pattern) return ({ fields }) => pattern.test(fields[Number(matched[1] ?? 0)] ?? '');
  if (/^[A-Za-z_]\w*$/.test(text) && !/^[A-Z]+$/.test(text)) return ({ variables }) => !['', '0'].includes(variables.get(text) ?? '');
  return undefined;
}

function actionOf(text: string): Action | undefined {
  if (text === 'next' || text === 'exit') return () => text;
  const print = /^print(?:\s*\(?\s*\$(\d)\s*\)?)?$/.exec(text);
  if (print) return ({ fields }) => ({ print: fields[Number(print[1] ?? 0)] ?? '' });
  const set = /^([a-z_]\w*)\s*=\s*(?:(\d+)|"([^"\\]*)")$/.exec(text);
  if (set) return ({ variables }) => void variables.set(set[1]!, set[2] ?? set[3]!);
  const replaced = /^(g?)sub\(\s*\/((?:[^/\\]|\\.)*)\/\s*,\s*"([^"\\&]*)"\s*,\s*\$([1-9])\s*\)$/.exec(text);
  const pattern = replaced && patternOf(replaced[2]!, replaced[1]);
  if (!replaced || !pattern) return undefined;
  return ({ fields }) => {
    const field = Number(replaced[4]);
    if (fields[field] !== undefined) fields[field] = fields[field].replace(pattern, () => replaced[3]!);
    return undefined;
  };
}

/** Patterns that awk and JavaScript read alike: letters, simple sets, no groups, and so few repetitions that no line takes long. */
function patternOf(written: string, flags = ''): RegExp | undefined {
  const pattern = written.replaceAll('[[:space:]]', '\\s');
  return /^\^?(?:[\w :"'=,@#%&<>;~-]|\\[./"'$-]|\.|\\s|\[[\w "'-]+\])(?:[\w :"'=,@#%&<>;~-]|\\[./"'$-]|\.|\\s|\[[\w "'-]+\]|[*+](?![*+]))*\$?$/.test(
    pattern,
  ) && (pattern.match(/[*+]/g)?.length ?? 0) <= (pattern.startsWith('^') ? 2 : 1)
    ? new RegExp(pattern, flags)
    : undefined;
}
