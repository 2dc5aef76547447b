#!/usr/bin/env node
import { existsSync } from 'node:fs';

const entry = new URL('../dist/main.js', import.meta.url);
if (existsSync(entry)) {
  const { main } = await import(entry.href);
  process.exitCode = main(process.argv.slice(2), {
    stdout: (text) => process.stdout.write(text), stderr: (text) => process.stderr.write(text), cwd: process.cwd(),
  });
} else {
  process.stderr.write('create-adapter is not built: run npm run build first\n');
  process.exitCode = 1;
}
