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
  /** The folder that plugins and `imgstore.config.json` are looked for in. Default: the working folder of the process. */
  readonly folder?: string;
  /** The script that was started: plugins that are installed beside it are found too. */
  readonly script?: string | undefined;
  /** Aborted by a signal of the operating system; its reason is an `Interruption`. */
  readonly signal?: AbortSignal;
}

/** Why a run was aborted, and what it exits with: 128 and the number of the signal, as shells have it. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  readonly exitCode: number;

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`interrupted by ${signal}`);
    this.exitCode = signal === 'SIGINT' ? 130 : 143;
  }
}
