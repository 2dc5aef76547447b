import { main } from '../../src/main.js';
import type { Builtin } from '../../src/builtins.js';
import type { TextSink } from '../../src/io.js';

/** What a run wrote and how it ended. Bytes are written as text of one character each. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How the world around the run is. */
export interface World {
  readonly builtins?: readonly Builtin[];
  readonly env?: Readonly<Record<string, string>>;
  readonly isTTY?: boolean;
  readonly signal?: AbortSignal;
  /** Every write to standard output fails with this errno. */
  readonly stdoutFails?: string;
}

/** Runs a command line in this process. */
export async function run(argv: readonly string[], { builtins, env = {}, isTTY = false, signal, stdoutFails }: World = {}): Promise<Outcome> {
  const written = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr', errno?: string): TextSink => ({
    isTTY,
    columns: 120,
    write: (content) => {
      if (errno !== undefined) return Promise.reject(Object.assign(new Error(`${errno}: no`), { code: errno }));
      written[name] += typeof content === 'string' ? content : Buffer.from(content).toString('latin1');
      return Promise.resolve();
    },
  });
  const code = await main(argv, { stdout: sink('stdout', stdoutFails), stderr: sink('stderr'), env, ...signal && { signal } }, builtins);
  return { code, ...written };
}

/** What a command line answers that succeeds in silence. */
export async function answerOf(argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(argv);
  expect({ argv, code, stderr }).toEqual({ argv, code: 0, stderr: '' });
  return stdout;
}
