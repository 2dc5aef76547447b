import type { Progress } from '@imgstore/convert';
import type { Io } from './io.js';
import { formatBytes, formatCount, formatDuration, remark } from './output.js';

/** What is done in each pass over the source. */
const PASSES: Readonly<Record<Progress['pass'], string>> = { survey: 'counting', convert: 'converting', scan: 'scanning' };

/**
 * Shows progress on standard error until the returned function is called: on a terminal one line, rewritten five times
 * a second; elsewhere a line every ten seconds.
 */
export function showProgress(io: Io, progress: Progress): () => Promise<void> {
  const { isTTY, columns = 80 } = io.stderr;
  let pass = progress.pass;
  let start = performance.now();
  let shown = 0;
  const timer = setInterval(() => {
    if (progress.pass !== pass) {
      pass = progress.pass;
      start = performance.now();
    }
    const line = formatProgress(progress, (performance.now() - start) / 1000);
    if (!isTTY) {
      void remark(io, `${line}\n`);
      return;
    }
    const cut = line.slice(0, columns - 1);
    void remark(io, `\r${cut.padEnd(shown)}`);
    shown = cut.length;
  }, isTTY ? 200 : 10_000);
  timer.unref();
  return async () => {
    clearInterval(timer);
    if (shown > 0) await remark(io, `\r${' '.repeat(shown)}\r`);
  };
}

/** ` 62%  converting  31,000/50,000 samples  90.8 MiB/146.5 MiB  45.4 MiB/s  15,500/s  1.2 s left`, as far as it is known. */
export function formatProgress({ pass, bytes, samples, totalBytes, totalSamples }: Progress, seconds: number): string {
  const share = totalSamples ? samples / totalSamples : totalBytes ? bytes / totalBytes : undefined;
  const parts = [
    PASSES[pass],
    `${formatCount(samples)}${totalSamples === undefined ? '' : `/${formatCount(totalSamples)}`} samples`,
    `${formatBytes(bytes)}${totalBytes === undefined ? '' : `/${formatBytes(totalBytes)}`}`,
  ];
  if (share !== undefined) parts.unshift(`${String(Math.floor(Math.min(1, share) * 100)).padStart(3)}%`);
  if (seconds > 0) parts.push(`${formatBytes(Math.round(bytes / seconds))}/s`, `${formatCount(Math.round(samples / seconds))}/s`);
  if (share !== undefined && share > 0 && share < 1) parts.push(`${formatDuration(seconds * (1 / share - 1))} left`);
  return parts.join('  ');
}
