import type { Progress } from '@imgstore/convert';
import type { Io } from './io.js';
import { formatBytes, formatCount, formatCounted, formatDuration, remark } from './output.js';

/** What is done in the passes over the source that write nothing. */
const PASSES = { survey: 'counting', scan: 'scanning' } as const;

/**
 * Shows progress on standard error until the returned function is called: on a terminal one line, rewritten five times
 * a second; elsewhere a line every ten seconds.
 */
export function showProgress(io: Io, progress: Progress): () => Promise<void> {
  const { isTTY } = io.stderr;
  // A terminal that does not know its width says 0.
  const columns = io.stderr.columns || 80;
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

/** ` 62%  31,000/50,000  90.8/146.5 MiB  45.4 MiB/s  15,500/s  1.2 s left`, as far as it is known, made to fit into 80 columns. */
export function formatProgress({ pass, bytes, samples, totalBytes, totalSamples }: Progress, seconds: number): string {
  const share = totalSamples ? samples / totalSamples : totalBytes ? bytes / totalBytes : undefined;
  const parts = [
    ...share === undefined ? [] : [`${String(Math.floor(Math.min(1, share) * 100)).padStart(3)}%`],
    ...pass === 'convert' ? [] : [PASSES[pass]],
    totalSamples === undefined ? formatCounted(samples, 'sample') : `${formatCount(samples)}/${formatCount(totalSamples)}`,
    totalBytes === undefined ? formatBytes(bytes) : formatShare(bytes, totalBytes),
    ...seconds > 0 ? [`${formatBytes(Math.round(bytes / seconds))}/s`, `${formatCount(Math.round(samples / seconds))}/s`] : [],
    ...share !== undefined && share > 0 && share < 1 ? [`${formatDuration(seconds * (1 / share - 1))} left`] : [],
  ];
  return parts.join('  ');
}

/** `90.8/146.5 MiB`: the unit once where it is the same. */
function formatShare(bytes: number, total: number): string {
  const [done, all] = [formatBytes(bytes), formatBytes(total)];
  const unit = all.slice(all.indexOf(' '));
  return `${done.endsWith(unit) ? done.slice(0, -unit.length) : done}/${all}`;
}
