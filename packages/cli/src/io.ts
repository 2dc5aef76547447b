/** Where text and bytes go: standard output or standard error. */
export interface TextSink {
  readonly isTTY: boolean;
  /** The width of the terminal, where there is one. */
  readonly columns?: number;
  /** Resolves when it has been handed on; rejects with the system's error (`EPIPE`: nobody reads any more). Bytes: what `extract` gives. */
  write(content: string | Uint8Array): Promise<void>;
}

/** All that a command sees of the process around it. */
export interface Io {
  /** The answer. */
  readonly stdout: TextSink;
  /** Progress, warnings, errors. */
  readonly stderr: TextSink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The script that was started: plugins that are installed beside it are found too. */
  readonly script?: string | undefined;
  /** Aborted by a signal of the operating system; its reason is an `Interruption`. */
  readonly signal?: AbortSignal;
}

/** The signals that end a run in good order, with their numbers. */
export const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** Why a run was aborted, and what it exits with: 128 and the number of the signal, as shells have it. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  readonly exitCode: number;

  constructor(signal: keyof typeof SIGNALS) {
    super(`interrupted by ${signal}`);
    this.exitCode = 128 + SIGNALS[signal];
  }
}
