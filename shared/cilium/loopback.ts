/** True for a name or address of the host itself. */
export function isLoopback(host: string | undefined): boolean {
  return host !== undefined && /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/i.test(host);
}
