/** A text with every condition met, and with none; lines keep their numbers. */
export interface Branches {
  met: string;
  unmet: string;
}

/** A line that holds nothing but one directive of Jinja (also with makejinja's marks), Go's templates or Terraform's. */
const DIRECTIVE =
  /^\s*(?:\{%[-+]?\s*(.*?)\s*[-+]?%\}|#%\s*(.*?)\s*%#|\{\{-?\s*((?:if|else|end|range|with|block|define)\b.*?)\s*-?\}\}|%\{~?\s*(.*?)\s*~?\})\s*$/;

const OPENS = /^(if|for|range|with|macro|block|define|raw|filter|call)\b/;
const CLOSES = /^end\w*$/;

const CONTROL_PLANE = /control[-_ ]?plane|controller|is_?master|["'.]control\b/i;
const WORKER = /\bworker|is_?worker/i;

const DEEPEST = 100;
const LONGEST_DIRECTIVE = 1000;

interface Open {
  /** Whether the branch that is being read stands in either text. */
  met: boolean;
  unmet: boolean;
  /** A branch has stood in the text of met conditions. */
  taken: boolean;
  /** A branch was taken for sure: no other stands anywhere. */
  decided: boolean;
  loop: boolean;
}

/**
 * Reads a template's conditions: one that asks for the role of a machine is decided by the role, for every other both ways are shown; what a loop repeats is shown once.
 * Undefined where the text has no line of its own for a directive.
 */
export function withBranches(text: string, role: 'controlplane' | 'worker' = 'controlplane'): Branches | undefined {
  if (!/\{%|#%|\{\{|%\{/.test(text)) return undefined;
  const met: string[] = [];
  const unmet: string[] = [];
  const open: Open[] = [];
  let found = false;
  for (const line of text.split('\n')) {
    const directive = directiveOf(line);
    if (directive === undefined) {
      met.push(open.every((o) => o.met) ? line : '');
      unmet.push(open.every((o) => o.unmet) ? line : '');
      continue;
    }
    found = true;
    met.push('');
    unmet.push('');
    const inner = open.at(-1);
    if (OPENS.test(directive)) {
      if (open.length >= DEEPEST) return undefined;
      const loop = !/^(if|with)\b/.test(directive);
      open.push(
        loop ? { met: true, unmet: true, taken: true, decided: true, loop } : branch({ taken: false, decided: false }, directive, role),
      );
    } else if (/^(else|elif|elsif)\b/.test(directive)) {
      if (inner && !inner.loop) open[open.length - 1] = branch(inner, directive, role);
    } else if (CLOSES.test(directive)) open.pop();
  }
  return found ? { met: met.join('\n'), unmet: unmet.join('\n') } : undefined;
}

function directiveOf(line: string): string | undefined {
  if (line.length > LONGEST_DIRECTIVE || !/[{#%]/.test(line)) return undefined;
  const match = DIRECTIVE.exec(line);
  return match ? (match[1] ?? match[2] ?? match[3] ?? match[4]) : undefined;
}

/** The branch that a directive begins, after those before it. */
function branch({ taken, decided }: Pick<Open, 'taken' | 'decided'>, directive: string, role: 'controlplane' | 'worker'): Open {
  if (decided) return { met: false, unmet: false, taken, decided, loop: false };
  const last = /^else$/.test(directive);
  const answer = last ? undefined : byRole(directive, role);
  if (answer === false) return { met: false, unmet: false, taken, decided, loop: false };
  return { met: !taken, unmet: answer === true || last, taken: true, decided: answer === true, loop: false };
}

function byRole(condition: string, role: 'controlplane' | 'worker'): boolean | undefined {
  const names = CONTROL_PLANE.test(condition) ? 'controlplane' : WORKER.test(condition) ? 'worker' : undefined;
  if (names === undefined || /\b(and|or)\b|&&|\|\|/.test(condition)) return undefined;
  const negated = /\bnot\b|!|\bne\b/.test(condition);
  return (names === role) !== negated;
}
