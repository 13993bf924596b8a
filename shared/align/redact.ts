import type { Cell, Row } from '../model.ts';

/** Helm paths of Cilium whose values are secrets or may hold one. */
const SECRET_PATHS =
  /(^|\.)(key|privateKey|password|token|clientSecret|clientID|caBundle|content|secretData)$|(^|\.)tls\.(.*\.)?(key|cert)$|(^|\.)extraEnv(\.|$)|^etcd\.|(^|\.)imagePullSecrets(\.|$)|^azure\./i;

/** Texts that are secrets wherever they stand: PEM blocks, credentials in a URL, well-known tokens. */
const SECRET_TEXT =
  /-----BEGIN [A-Z ]+-----|:\/\/[^/\s:@]+:[^/\s@]+@|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}|\bAKIA[0-9A-Z]{16}\b|\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\./;

export const REDACTED = '(secret)';

/** The row without secrets: that they differ stays, what they are goes. */
export function redact(row: Row): Row {
  const whole = SECRET_PATHS.test(row.setting);
  return { ...row, bootstrap: redactCell(row.bootstrap, whole), argocd: redactCell(row.argocd, whole) };
}

function redactCell(cell: Cell, whole: boolean): Cell {
  if (cell.value === null || cell.value === undefined || cell.value === '') return cell;
  return { ...cell, value: whole ? REDACTED : redactValue(cell.value) };
}

/** A plain value with every secret-looking text in it replaced. */
export function redactValue(value: unknown): unknown {
  if (typeof value === 'string') return SECRET_TEXT.test(value) ? REDACTED : value;
  if (Array.isArray(value)) return value.map(redactValue);
  if (value !== null && typeof value === 'object') {
    const plain: Record<string, unknown> = Object.create(null);
    for (const [key, inner] of Object.entries(value)) plain[key] = SECRET_PATHS.test(key) ? REDACTED : redactValue(inner);
    return plain;
  }
  return value;
}
