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
  /** A branch before it was taken for sure. */
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
      const answer = /^if\b/.test(directive) ? byRole(directive, role) : undefined;
      open.push({
        met: answer ?? true,
        unmet: answer ?? !/^(if|with)\b/.test(directive),
        decided: answer === true,
        loop: !/^(if|with)\b/.test(directive),
      });
    } else if (/^(else|elif|elsif)\b/.test(directive)) {
      if (inner && !inner.loop) Object.assign(inner, next(inner, directive, role));
    } else if (CLOSES.test(directive)) open.pop();
  }
  return found ? { met: met.join('\n'), unmet: unmet.join('\n') } : undefined;
}

function directiveOf(line: string): string | undefined {
  if (line.length > LONGEST_DIRECTIVE || !/[{#%]/.test(line)) return undefined;
  const match = DIRECTIVE.exec(line);
  return match ? (match[1] ?? match[2] ?? match[3] ?? match[4]) : undefined;
}

/** The branch after an `else` or `elif`. */
function next(open: Open, directive: string, role: 'controlplane' | 'worker'): Partial<Open> {
  if (open.decided) return { met: false, unmet: false };
  const asks = /\bif\b|^el(?:s?if)\b/.test(directive);
  const answer = asks ? byRole(directive, role) : undefined;
  if (answer !== undefined) return { met: answer, unmet: answer, decided: answer };
  const byRoleBefore = !open.met && !open.unmet;
  // With every condition met the first branch stands, with none the last.
  return { met: byRoleBefore, unmet: !asks };
}

function byRole(condition: string, role: 'controlplane' | 'worker'): boolean | undefined {
  const names = CONTROL_PLANE.test(condition) ? 'controlplane' : WORKER.test(condition) ? 'worker' : undefined;
  if (names === undefined || /\b(and|or)\b|&&|\|\|/.test(condition)) return undefined;
  const negated = /\bnot\b|!|\bne\b/.test(condition);
  return (names === role) !== negated;
}
