import { breather, ImgstoreError } from '@imgstore/core';
import { LineReader } from './lines.js';

/** What is told of each line is held in memory. */
const MOST_LINES = 10_000_000;
const LINE_LIMIT = { bytes: 64 * 1024, isRecord: false };

/** Visits every line of a text, and lets others run meanwhile. @throws ImgstoreError NOT_FOUND, CORRUPT, LIMIT, CHANGED, IO; what `visit` throws; the signal's reason. */
export async function eachLine(path: string, signal: AbortSignal | undefined, visit: (text: string, number: number) => void): Promise<void> {
  const breathe = breather();
  const lines = new LineReader(path, LINE_LIMIT);
  try {
    for (let line = lines.next(); line !== undefined; line = lines.next()) {
      signal?.throwIfAborted();
      if (line.number > MOST_LINES) throw new ImgstoreError('LIMIT', `line ${line.number}: at most ${MOST_LINES} lines are read`, { file: path });
      visit(line.text(), line.number);
      const pause = breathe();
      if (pause !== undefined) await pause;
    }
    lines.checkUnchanged();
  } finally {
    lines.close();
  }
}
