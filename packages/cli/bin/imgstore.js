#!/usr/bin/env node
import { existsSync } from 'node:fs';

const entry = new URL('../dist/edge.js', import.meta.url);
if (existsSync(entry)) {
  try {
    const { runProcess } = await import(entry.href);
    await runProcess();
  } catch (error) {
    // Its own errors the command tells itself: this one kept it from being loaded.
    process.stderr.write(`error[IO]: the command cannot be loaded: ${String(error?.message ?? error).split('\n', 1)[0]}\n`);
    process.exitCode = 3;
  }
} else {
  process.stderr.write('imgstore is not built: run npm run build first\n');
  process.exitCode = 1;
}
