import { isImgstoreError } from '@imgstore/core';
import type { SampleStore, WritableStore } from '@imgstore/core';
import { Conversion } from './conversion.js';
import type { ConvertOptions } from './options.js';
import { Reading } from './reading.js';
import type { Report } from './report.js';

/**
 * Prepares a conversion and runs it; once more, with class names numbered first, when one turned up that must be a number. That is
 * rare, so a source without labels is not read twice for nothing.
 * @throws what preparing and `run` throw.
 */
export async function attempt(
  source: SampleStore, target: WritableStore, options: ConvertOptions, run: (conversion: Conversion) => Promise<Report>,
): Promise<Report> {
  const conversion = await Conversion.prepare(source, target, options);
  try {
    return await run(conversion);
  } catch (error) {
    if (!conversion.lacksClassList || !await isReadable(source, options)) throw error;
  }
  return run(await Conversion.prepare(source, target, options, { numbersClasses: true }));
}

/** Whether the source, which was read before, can be read again. */
async function isReadable(source: SampleStore, { signal }: ConvertOptions): Promise<boolean> {
  try {
    const reading = await Reading.open(source, { payload: 'head', limit: 1, ...(signal === undefined ? {} : { signal }) });
    await reading.close();
    return true;
  } catch (error) {
    if (isImgstoreError(error, 'UNSUPPORTED')) return false;
    throw error;
  }
}
