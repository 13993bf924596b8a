import ipaddr from 'ipaddr.js';
import { normalizeCidr } from '../align/equality.ts';

/** The IPv4 prefixes in a list or in a text that lists them. */
export function cidrsOf(value: unknown): string[] {
  const words = Array.isArray(value) ? value : typeof value === 'string' ? value.split(/[\s,]+/) : [];
  return words.filter(
    (word): word is string => typeof word === 'string' && ipaddr.isValidCIDR(word) && ipaddr.parseCIDR(word)[0].kind() === 'ipv4',
  );
}

/** True where every address of the inner prefix lies in the outer one. */
export function covers(outer: string, inner: string): boolean {
  const [network, length] = ipaddr.parseCIDR(outer);
  const [address, innerLength] = ipaddr.parseCIDR(inner);
  return network.kind() === address.kind() && innerLength >= length && address.match(network, length);
}

/** True where two prefixes share an address. */
export function overlaps(a: string, b: string): boolean {
  return covers(a, b) || covers(b, a);
}

/** True where two lists hold the same prefixes, in whatever order and spelling. */
export function sameCidrs(a: readonly string[], b: readonly string[]): boolean {
  const normal = (list: readonly string[]) => [...new Set(list.map(normalizeCidr))].sort().join(' ');
  return normal(a) === normal(b);
}
