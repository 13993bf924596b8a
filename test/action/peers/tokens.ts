import type { Permissions } from './emulator.ts';

/** Who asks, and what they may do. */
export interface Token {
  login: string;
  /** Undefined for a person, who may do whatever an owner may. */
  permissions: Permissions | undefined;
  repositories: string[];
}

/** The tokens that are known; the emulator itself would believe any. */
export class Tokens {
  private readonly bySecret = new Map<string, Token>();

  add(secret: string, token: Token): void {
    this.bySecret.set(secret, token);
  }

  /** Whose token an `Authorization` of the API or of Git holds: undefined without one, `unknown` where nobody was given it. */
  of(authorization: string | undefined): Token | 'unknown' | undefined {
    if (authorization === undefined) return undefined;
    const [, kind = '', secret = ''] = /^(\w+) (.+)$/.exec(authorization) ?? [];
    const plain = kind.toLowerCase() === 'basic' ? (Buffer.from(secret, 'base64').toString().split(':')[1] ?? '') : secret;
    return this.bySecret.get(plain) ?? 'unknown';
  }
}

/** What to call whoever asks. */
export function nameOf(token: Token | 'unknown' | undefined): string {
  return token === undefined ? 'nobody' : token === 'unknown' ? 'unknown' : token.login;
}
