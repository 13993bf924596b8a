/** Something that goes wrong on the way. The first fault that fits a request and has times left is taken. */
export interface Fault {
  method?: string;
  /** Held against the path below the API's address, without the query. */
  path: RegExp;
  /** How many requests it meets; one unless told. */
  times?: number;
  /** `before` the API sees the request (nothing is done), or `after` (it is done, and nobody learns of it). */
  when?: 'before' | 'after';
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** Drops the connection without an answer. */
  drop?: boolean;
  /** Milliseconds to wait first. */
  delay?: number;
  /** Waits until so many requests have come, and lets them go together. */
  barrier?: number;
}

interface Waiting {
  fault: Fault;
  left: number;
  held: Array<() => void>;
}

/** The faults that are still to come, in order. */
export class Faults {
  private readonly waiting: Waiting[] = [];

  add(fault: Fault): void {
    this.waiting.push({ fault, left: fault.times ?? fault.barrier ?? 1, held: [] });
  }

  /** How many times are left of all faults together: a test that ends with one left has not met what it meant to. */
  get left(): number {
    return this.waiting.reduce((sum, { left }) => sum + left, 0);
  }

  clear(): void {
    for (const { held } of this.waiting.splice(0)) for (const go of held) go();
  }

  /** Takes the fault that a request meets, having waited for its delay and its barrier. */
  async take(method: string, path: string): Promise<Fault | undefined> {
    const found = this.waiting.find(({ fault, left }) => left > 0 && (fault.method ?? method) === method && fault.path.test(path));
    if (found === undefined) return undefined;
    found.left -= 1;
    const { delay, barrier } = found.fault;
    if (delay !== undefined) await new Promise((resolve) => setTimeout(resolve, delay));
    if (barrier !== undefined) {
      await new Promise<void>((resolve) => {
        found.held.push(resolve);
        if (found.held.length >= barrier) for (const go of found.held.splice(0)) go();
      });
    }
    return found.fault;
  }
}
