import { Session } from 'node:inspector';

/** What of the program has run, as V8 itself counts it: https://v8.dev/blog/javascript-code-coverage */
export class Coverage {
  readonly #session = new Session();
  readonly #seen = new Set<string>();

  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** How many blocks have run in all. */
  get size(): number {
    return this.#seen.size;
  }

  /** How many blocks have run since the last look that never had before; `keep`: from now on they have. */
  look(keep: boolean): number {
    let fresh = 0;
    // Answered at once: the session is this process's own.
    this.#session.post('Profiler.takePreciseCoverage', (_, answer) => {
      for (const { url, functions } of answer.result) {
        const from = url.indexOf('/shared/');
        if (from < 0) continue;
        for (const { ranges } of functions) {
          for (const { startOffset, endOffset, count } of ranges) {
            // Once and often are two things, as a loop that goes round is.
            const key = `${url.slice(from)}:${startOffset}-${endOffset}:${Math.min(3, Math.ceil(Math.log2(count + 1)))}`;
            if (count === 0 || this.#seen.has(key)) continue;
            fresh++;
            if (keep) this.#seen.add(key);
          }
        }
      }
    });
    return fresh;
  }
}
