import type { WriteStream } from 'node:tty';
import { Interruption } from './io.js';
import type { TextSink } from './io.js';
import { main } from './main.js';

/**
 * Runs the command line of this process: streams, signals and the exit code. The first SIGHUP, SIGINT or SIGTERM stops the run,
 * which removes what it has begun; the second one removes it at once and ends the process.
 */
export async function runProcess(): Promise<void> {
  const controller = new AbortController();
  for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      const interruption = new Interruption(name);
      if (controller.signal.aborted) {
        void endNow(interruption.exitCode);
        return;
      }
      controller.abort(interruption);
      // A reader that waits for its next bytes cannot look at the signal.
      process.stdin.destroy();
    });
  }
  process.exitCode = await main(process.argv.slice(2), {
    stdout: sinkOf(process.stdout), stderr: sinkOf(process.stderr), env: process.env, script: process.argv[1], signal: controller.signal,
  });
}

async function endNow(exitCode: number): Promise<void> {
  const { discardAll } = await import('@imgstore/core/files');
  discardAll();
  process.exit(exitCode);
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
