/** What can go wrong: codes of imgstore, with its exit codes. */
export type CreateErrorCode = 'BAD_OPTION' | 'EXISTS' | 'IO';

/** Why no package was made. The message is one line, `where: what; what to do`. */
export class CreateError extends Error {
  override readonly name = 'CreateError';
  readonly code: CreateErrorCode;

  constructor(code: CreateErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }

  /** What the process ends with. */
  get exitCode(): number {
    return this.code === 'BAD_OPTION' ? 2 : 7;
  }
}
