import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The checksum of a text in hexadecimal digits. Node's cryptography is loaded by the first who asks: few runs do, and it weighs as much as reading hundreds of files. */
export function checksum(algorithm: 'sha1' | 'sha256', text: string): string {
  const { createHash } = require('node:crypto') as typeof import('node:crypto');
  return createHash(algorithm).update(text).digest('hex');
}
