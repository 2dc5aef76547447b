import { formatBytes, formatCount, formatDuration, formatTable, oneLine, styleFor } from '../src/output.js';
import type { Io } from '../src/io.js';
import { formatProgress, showProgress } from '../src/progress.js';

function io(isTTY: boolean, env: Readonly<Record<string, string>> = {}, written: string[] = []): Io {
  const sink = { isTTY, columns: 40, write: (text: string) => { written.push(text); return Promise.resolve(); } };
  return { stdout: sink, stderr: sink, env };
}

describe('colour', () => {
  it.each([
    ['on a terminal', true, {}, true, true],
    ['not in a pipe', false, {}, true, false],
    ['not with NO_COLOR', true, { NO_COLOR: '1' }, true, false],
    ['not with --no-color', true, {}, false, false],
    ['not on a dumb terminal', true, { TERM: 'dumb' }, true, false],
    ['in a pipe with FORCE_COLOR', false, { FORCE_COLOR: '1' }, true, true],
    ['not with FORCE_COLOR and NO_COLOR', true, { FORCE_COLOR: '1', NO_COLOR: '1' }, true, false],
    ['not with FORCE_COLOR=0 in a pipe', false, { FORCE_COLOR: '0' }, true, false],
  ] as const)('is used %s: %s', (_, isTTY, env, wanted, isColored) => {
    const world = io(isTTY, env);
    expect(styleFor(world.stdout, world, wanted).red('x')).toBe(isColored ? '\u001b[31mx\u001b[39m' : 'x');
  });
});

describe('numbers', () => {
  it('have commas in every locale', () => {
    expect([0, 999, 1000, 1234567].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567']);
  });

  it('of bytes are exact where that is short', () => {
    expect([0, 1461, 102_399, 102_400, 153_600_000, 5 * 2 ** 40].map(formatBytes)).toEqual(['0 B', '1,461 B', '102,399 B', '100.0 KiB', '146.5 MiB', '5.0 TiB']);
  });

  it('of seconds grow into minutes and hours', () => {
    expect([0.04, 9.94, 59.4, 60, 3599, 7500].map(formatDuration)).toEqual(['0.0 s', '9.9 s', '59 s', '1 min 0 s', '59 min 59 s', '2 h 5 min']);
  });
});

describe('text', () => {
  it('is kept on one line without control characters', () => {
    expect(oneLine('a\nb\u001b[31m\u0000\u2028\u202eé')).toBe('a\\u000ab\\u001b[31m\\u0000\\u2028\\u202eé');
  });

  it('in a table is aligned and has no spaces at the end', () => {
    expect(formatTable([['a', '1', 'x'], ['long', '100', '']], [1])).toEqual(['a       1  x', 'long  100']);
  });
});

describe('progress', () => {
  it('says what is known', () => {
    expect(formatProgress({ pass: 'convert', bytes: 95_210_700, samples: 31_000, totalBytes: 153_600_000, totalSamples: 50_000 }, 2))
      .toBe(' 62%  31,000/50,000  90.8/146.5 MiB  45.4 MiB/s  15,500/s  1.2 s left');
    expect(formatProgress({ pass: 'survey', bytes: 10, samples: 1 }, 0)).toBe('counting  1 sample  10 B');
    expect(formatProgress({ pass: 'scan', bytes: 300, samples: 3, totalBytes: 200 }, 1)).toBe('100%  scanning  3 samples  300/200 B  300 B/s  3/s');
  });

  it('rewrites one line on a terminal, cuts it to the width and wipes it at the end', async () => {
    jest.useFakeTimers();
    const written: string[] = [];
    const stop = showProgress(io(true, {}, written), { pass: 'convert', bytes: 1_000_000, samples: 1000, totalSamples: 2000 });
    jest.advanceTimersByTime(450);
    jest.useRealTimers();
    await stop();
    expect(written).toHaveLength(3);
    expect(written[0]).toMatch(/^\r 50% {2}1,000\/2,000/);
    expect(Math.max(...written.map((text) => text.length))).toBeLessThanOrEqual(41);
    expect(written[2]).toMatch(/^\r +\r$/);
    expect(written.join('')).not.toContain('\u001b');
  });

  it('writes a line every ten seconds elsewhere', async () => {
    jest.useFakeTimers();
    const written: string[] = [];
    const stop = showProgress(io(false, {}, written), { pass: 'convert', bytes: 0, samples: 0, totalSamples: 2000 });
    jest.advanceTimersByTime(25_000);
    jest.useRealTimers();
    await stop();
    expect(written).toHaveLength(2);
    expect(written.join('')).not.toContain('\r');
    expect(written[0]?.endsWith('\n')).toBe(true);
  });
});
