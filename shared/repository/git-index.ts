/** What Git tracks at a path. https://git-scm.com/docs/index-format */
export interface Tracked {
  path: string;
  kind: 'file' | 'link' | 'submodule';
}

/** A directory is what a sparse checkout leaves out as a whole. */
const KINDS = new Map<number, Tracked['kind'] | 'directory'>([
  [0o100644, 'file'],
  [0o100755, 'file'],
  [0o120000, 'link'],
  [0o160000, 'submodule'],
  [0o040000, 'directory'],
]);

/**
 * What Git tracks, from the bytes of `.git/index`, versions 2 to 4, with `/` between directories; undefined for what is no such index.
 * Of a split index, only what has changed since it was split.
 */
export function trackedIn(index: Uint8Array): Tracked[] | undefined {
  const bytes = Buffer.from(index.buffer, index.byteOffset, index.byteLength);
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'DIRC') return undefined;
  const version = bytes.readUInt32BE(4);
  if (version < 2 || version > 4) return undefined;
  // Nothing in the index says which hash the repository has.
  return entries(bytes, version, 20) ?? entries(bytes, version, 32);
}

function entries(bytes: Buffer, version: number, hashLength: number): Tracked[] | undefined {
  const found: Tracked[] = [];
  const count = bytes.readUInt32BE(8);
  let offset = 12;
  let before: Buffer = Buffer.alloc(0);
  for (let n = 0; n < count; n++) {
    const start = offset;
    offset += 40 + hashLength + 2;
    if (offset > bytes.length) return undefined;
    const kind = KINDS.get(bytes.readUInt32BE(start + 24));
    if (kind === undefined) return undefined;
    if ((bytes.readUInt16BE(offset - 2) & 0x4000) !== 0) offset += 2;
    let kept = 0;
    if (version === 4) {
      const cut = readNumber(bytes, offset);
      if (cut === undefined || cut.value > before.length) return undefined;
      kept = before.length - cut.value;
      offset = cut.end;
    }
    const end = bytes.indexOf(0, offset);
    if (end < 0) return undefined;
    const path = version === 4 ? Buffer.concat([before.subarray(0, kept), bytes.subarray(offset, end)]) : bytes.subarray(offset, end);
    if (kind !== 'directory') found.push({ path: path.toString('utf8'), kind });
    before = path;
    // Entries of the older versions end on a multiple of eight bytes, after at least one zero.
    offset = version === 4 ? end + 1 : start + ((end - start + 8) & ~7);
  }
  return found;
}

/** The number of variable length that says how much of the path before is cut off. */
function readNumber(bytes: Buffer, start: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let offset = start; offset < Math.min(bytes.length, start + 5); offset++) {
    const byte = bytes[offset]!;
    value = value * 128 + (byte & 0x7f);
    if ((byte & 0x80) === 0) return { value, end: offset + 1 };
    value++;
  }
  return undefined;
}
