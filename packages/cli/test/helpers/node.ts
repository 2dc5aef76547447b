import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** The committed file that npm links as the command. It runs the build. */
export const BIN = join(__dirname, '../../bin/imgstore.js');

/** What a process wrote and how it ended. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Node with these arguments, in the working folder of the tests or another one. */
export function node(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd?: string): Promise<Outcome> {
  return execute(process.execPath, args, env, cwd);
}

/** Runs a program. */
export function execute(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd?: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { env: { ...process.env, ...env }, cwd }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}
