/** One case of the kit, for any test runner: it passes when `run` fulfils. */
export interface ConformanceCase {
  /** A sentence of behaviour, after the group and, where there is more than one, the option set. Unique in one kit. */
  readonly name: string;
  /** Why the case does not apply, derived from the store: run it not, and print this. */
  readonly skip?: string;
  /** true: it may take minutes (thousands of readings). Give it time, or a slower lane. */
  readonly long?: true;
  /** Runs the case in a temporary folder of its own, which it removes. Rejects with an Error that says what the store did and what it promised. */
  readonly run: () => Promise<void>;
}

/** What a group of cases gives; the kit puts the group and the option set before the name. */
export type GroupCase = ConformanceCase;

/** The failure of a case: what the store did, and what it promised. */
export function failure(what: string, cause?: unknown): Error {
  return new Error(what, cause === undefined ? {} : { cause });
}

/** @throws Error with that text unless the condition holds. */
export function check(condition: boolean, what: () => string): asserts condition {
  if (!condition) throw failure(what());
}

/** A text for whatever was thrown. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? `[${error.code}]` : '';
  return `${error.name}${code}: ${error.message}`;
}

/** What the promise rejects with. @throws Error when it fulfils. */
export async function rejectionOf(promise: Promise<unknown>, expected: string): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw failure(`it succeeded; expected ${expected}`);
}
