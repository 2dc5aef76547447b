#!/usr/bin/env node
import { existsSync } from 'node:fs';

const entry = new URL('../dist/edge.js', import.meta.url);
if (existsSync(entry)) {
  const { runProcess } = await import(entry.href);
  await runProcess();
} else {
  process.stderr.write('imgstore is not built: run npm run build first\n');
  process.exitCode = 1;
}
