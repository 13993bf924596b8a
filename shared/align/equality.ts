import ipaddr from 'ipaddr.js';
import type { Setting } from '../cilium/setting.ts';

type Value = string | string[] | undefined;

/** Whether two values of a setting mean the same; an absent value equals an empty one. Types do not matter here, meaning does: `7445` is `"7445"`. */
export function sameValue(equality: Setting['equality'], left: Value, right: Value): boolean {
  const a = words(left);
  const b = words(right);
  if (a.length === 0 || b.length === 0) return a.length === b.length || (equality === 'boolean' && (a[0] ?? b[0]) === 'false');
  switch (equality) {
    case 'set':
      return sameList([...new Set(a)].sort(), [...new Set(b)].sort());
    case 'cidrs':
      return sameList([...new Set(a.map(normalizeCidr))].sort(), [...new Set(b.map(normalizeCidr))].sort());
    case 'number':
      return a.length === b.length && a.every((x, i) => sameNumber(x, b[i]!));
    case 'version':
      return sameList(a.map(stripV), b.map(stripV));
    case 'list':
      return sameList(a, b);
    default:
      return text(left) === text(right);
  }
}

/** Two numbers whatever their notation: `1e+06` is `1000000`. */
function sameNumber(left: string, right: string): boolean {
  return left === right || (left.trim() !== '' && right.trim() !== '' && Number(left) === Number(right));
}

/** A prefix as its network address and length; any other text unchanged. */
export function normalizeCidr(cidr: string): string {
  if (!ipaddr.isValidCIDR(cidr)) return cidr;
  const [address, length] = ipaddr.parseCIDR(cidr);
  const network = address.kind() === 'ipv4' ? ipaddr.IPv4.networkAddressFromCIDR(cidr) : ipaddr.IPv6.networkAddressFromCIDR(cidr);
  return `${network.toString()}/${length}`;
}

function words(value: Value): string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : value.split(/[\s,]+/)).filter((w) => w !== '');
}

function text(value: Value): string {
  return Array.isArray(value) ? value.join(' ') : (value ?? '');
}

function sameList(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((x, i) => x === b[i]);
}

function stripV(version: string): string {
  return version.replace(/^v(?=\d)/, '');
}
