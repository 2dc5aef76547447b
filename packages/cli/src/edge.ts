import { Console } from 'node:console';
import { writeSync } from 'node:fs';
import type { WriteStream } from 'node:tty';
import { mentions } from './arguments.js';
import { Interruption } from './io.js';
import type { Io, TextSink } from './io.js';
import { failureOf, main } from './main.js';
import { hasLoaded, strayError, unfinishedError } from './plugins/loaded.js';

/** After so many milliseconds a user who has interrupted a run wonders why it goes on. */
const PATIENCE = 1000;

/**
 * Runs the command line of this process: streams, signals and the exit code. The first SIGHUP, SIGINT or SIGTERM stops the run,
 * which removes what it has begun; the second one removes it at once and ends the process. So does what comes up outside of every
 * call, or when the process ends before the command is done: plugins bring code that nobody waits for.
 */
export async function runProcess(): Promise<void> {
  const controller = new AbortController();
  const argv = process.argv.slice(2);
  const io: Io = { stdout: sinkOf(process.stdout), stderr: sinkOf(process.stderr), env: process.env, script: process.argv[1], signal: controller.signal };
  // The answer alone goes to standard output, whatever plugins have to say.
  Object.assign(console, new Console(process.stderr));
  let isDone = false;
  /** Once: what follows the first failure follows from it. */
  const tell = (error: unknown): number => {
    const { text, exitCode } = failureOf(controller.signal.aborted ? controller.signal.reason : error, argv, io);
    if (!isDone) writeNow(text);
    isDone = true;
    return exitCode;
  };
  for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      const interruption = new Interruption(name);
      if (controller.signal.aborted) {
        isDone = true;
        void endNow(interruption.exitCode);
        return;
      }
      controller.abort(interruption);
      // A reader that waits for its next bytes cannot look at the signal.
      process.stdin.destroy();
      setTimeout(() => {
        if (!isDone && !mentions(argv, 'json')) writeNow(`${io.stderr.isTTY ? '\n' : ''}${interruption.message}; waiting for work that was begun: once more ends it at once\n`);
      }, PATIENCE).unref();
    });
  }
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, (error: unknown) => void endNow(tell(strayError(error))));
  process.on('beforeExit', () => {
    if (!isDone) void endNow(tell(unfinishedError('waits')));
  });
  process.on('exit', () => {
    if (!isDone) process.exitCode = tell(unfinishedError('ended'));
  });
  process.exitCode = await main(argv, io);
  isDone = true;
  // What a plugin left open would keep the process.
  if (hasLoaded()) process.exit();
}

async function endNow(exitCode: number): Promise<void> {
  try {
    const { discardAll } = await import('@imgstore/core/files');
    discardAll();
  } finally {
    process.exit(exitCode);
  }
}

/** To standard error, where nothing can be waited for. That nobody reads it is nobody's loss. */
function writeNow(text: string): void {
  try {
    writeSync(process.stderr.fd, text);
  } catch {
    // There is no other place to tell it.
  }
}

function sinkOf(stream: WriteStream & { fd: number }): TextSink {
  // Each write reports its own failure; without a listener the first one would end the process with a trace.
  stream.on('error', () => undefined);
  return {
    isTTY: stream.isTTY,
    columns: stream.columns,
    write: (content) => new Promise((resolve, reject) => {
      stream.write(content, (error) => error ? reject(error) : resolve());
    }),
  };
}
