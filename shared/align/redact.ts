import type { Cell, Report, Row } from '../model.ts';

/** Helm paths of Cilium whose values are secrets or may hold one. */
const SECRET_PATHS =
  /(^|\.)(key|privateKey|password|passwd|token|secret|secretKey|accessKey|apiKey|clientSecret|clientID|caBundle|caBundle\.content|secretData|stringData)$|(^|\.)tls\.(.*\.)?(key|cert)$|(^|\.)(extraEnv|env)(\.|$)|^etcd\.|(^|\.)imagePullSecrets(\.|$)|^azure\./i;

/** Lists of variables: their names tell nothing. */
const ENVIRONMENT = /(^|\.)(extraEnv|env)$/i;

/** Paths whose values are secrets where they are texts: keys named for one, and maps above a secret that somebody wrote as a text. */
const SECRET_TEXTS =
  /(password|passwd|passphrase|token|credentials?|(api|access|secret|private)[-_]?key)$|(^|\.)tls(\.(ca|server|client|admin|remote))?$|^(etcd|azure)$/i;

/** Where a `key` is the name of a label or taint. */
const SELECTORS = /(^|\.)(tolerations|matchExpressions|taints)\.key$/i;

/** What is a secret wherever it stands: PEM blocks, plain or in base64, credentials in a URL, well-known tokens, bootstrap tokens of Kubernetes and Talos. */
const SECRET_TEXT = new RegExp(
  [
    /-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/,
    /LS0tLS1CRUdJTi[A-Za-z0-9+/=_-]*/,
    /(?<=:\/\/)[^/\s:@]*:[^/\s@]+(?=@)/,
    /\bgh[pousr]_[A-Za-z0-9_.-]{20,}/,
    /\b(?:github_pat_|glpat-|dckr_pat_|npm_|hvs\.|xox[abeoprs]-|sk_live_|AGE-SECRET-KEY-1)[A-Za-z0-9_.-]{16,}/,
    /\bAKIA[0-9A-Z]{16}\b/,
    /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_.-]{10,}/,
    /\b(?=[a-z]*\d)[a-z0-9]{6}\.(?=[a-z]*\d)[a-z0-9]{16}\b/,
  ]
    .map((pattern) => pattern.source)
    .join('|'),
);
const EVERY_SECRET = new RegExp(SECRET_TEXT, 'g');

/** No secret text is shorter. */
const SHORTEST = 6;

export const REDACTED = '(secret)';

/** The row without secrets: that they differ stays, what they are goes. */
export function redact(row: Row): Row {
  return { ...row, bootstrap: redactCell(row.bootstrap, row.setting), argocd: redactCell(row.argocd, row.setting) };
}

function redactCell(cell: Cell, path: string): Cell {
  return { ...cell, value: redactValue(cell.value, path) };
}

/** The plain value at a Helm path with every secret in it replaced: by the path that it stands at, or by what it looks like. What is empty, true or false tells nothing. */
export function redactValue(value: unknown, path = ''): unknown {
  if (value === '') return value;
  if (path !== '' && SECRET_PATHS.test(path) && !SELECTORS.test(path)) return hide(value, path);
  if (typeof value === 'string') return SECRET_TEXT.test(value) || SECRET_TEXTS.test(path) ? REDACTED : value;
  if (Array.isArray(value)) return value.map((item) => redactValue(item, path));
  if (value !== null && typeof value === 'object') {
    const plain: Record<string, unknown> = Object.create(null);
    for (const [key, inner] of Object.entries(value)) plain[key] = redactValue(inner, path === '' ? key : `${path}.${key}`);
    return plain;
  }
  return value;
}

/** A secret that is a list or a map keeps its shape, without which Helm takes it for another type, and the names of variables. */
function hide(value: unknown, path: string): unknown {
  if (value === null || value === undefined || value === '' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((item) => hide(item, path));
  if (typeof value !== 'object') return REDACTED;
  const plain: Record<string, unknown> = Object.create(null);
  for (const [key, inner] of Object.entries(value))
    plain[key] = key === 'name' && ENVIRONMENT.test(path) ? redactValue(inner) : hide(inner, `${path}.${key}`);
  return plain;
}

/** A sentence with what looks like a secret replaced, the words around it kept. */
export function redactText(text: string): string {
  return text.length < SHORTEST ? text : text.replace(EVERY_SECRET, REDACTED);
}

/** The report with every text in it free of what looks like a secret: messages, reasons and names quote what stands in files. */
export function redactReport(report: Report): Report {
  const known = new Map<string, string>();
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') {
      const clean = known.get(value) ?? redactText(value);
      known.set(value, clean);
      return clean;
    }
    if (Array.isArray(value)) return value.map(walk);
    if (value === null || typeof value !== 'object') return value;
    const plain: Record<string, unknown> = Object.create(null);
    for (const key of Object.keys(value)) plain[walk(key) as string] = walk((value as Record<string, unknown>)[key]);
    return plain;
  };
  return walk(report) as Report;
}
