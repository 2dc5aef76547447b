// Checks of what ships, one after the other: each passes unless it throws, and the lane's counts go to .ci/run.
import { reportCounts } from './run.mjs';

/** The checks of one lane. */
export class Checks {
  #lane;
  #counts = { passed: 0, failed: 0 };

  constructor(lane) {
    this.#lane = lane;
  }

  /** One check; whether it passed. */
  async check(what, body) {
    try {
      await body();
      this.#counts.passed += 1;
      console.log(`ok      ${what}`);
      return true;
    } catch (error) {
      this.fail(what, error);
      return false;
    }
  }

  /** A check that failed before it could be tried. */
  fail(what, error) {
    this.#counts.failed += 1;
    console.log(`FAILED  ${what}\n${error instanceof Error ? error.message : error}`);
  }

  /** Tells the counts and sets the status of the process. */
  finish() {
    const { passed, failed } = this.#counts;
    console.log(`${passed} checks passed, ${failed} failed`);
    reportCounts(this.#lane, this.#counts);
    process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  }
}

/** @throws Error with that text unless the value is true. */
export function expect(value, what) {
  if (!value) throw new Error(what);
}
