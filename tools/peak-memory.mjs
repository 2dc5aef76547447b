// The most memory that this process had. `node --import tools/peak-memory.mjs?report PROGRAM` prints it, as `PEAK <MiB>`, as the last
// line of standard error.
import { readFileSync } from 'node:fs';

/**
 * Peak resident memory in MiB. On Linux the kernel's own mark of this program: the one of getrusage, which Node gives as maxRSS, begins
 * with the size of the process that started this one, so that a large test runner would be measured with it.
 */
export function peakMebibytes() {
  const kibibytes = process.platform === 'linux' ? /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1] : undefined;
  return Number(kibibytes ?? process.resourceUsage().maxRSS) / 1024;
}

if (import.meta.url.endsWith('?report')) process.on('exit', () => process.stderr.write(`\nPEAK ${peakMebibytes().toFixed(1)}`));
