import type { Repository } from './repository.js';
/** A repository of texts; `{ symlink }` makes a link to a path inside it. */
export declare function memoryRepository(files: Record<string, string | Uint8Array | {
    symlink: string;
}>): Repository;
