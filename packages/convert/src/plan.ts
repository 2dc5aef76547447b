import type { SampleStore, WritableStore } from '@imgstore/core';
import { attempt } from './attempt.js';
import type { ConvertOptions } from './options.js';
import type { Report } from './report.js';

/**
 * What `convert` would do and lose, counted exactly: reads the source, decodes no pixels, does not touch the target.
 * Losses that are not allowed stand in the report (see `isRefused`); `convert` would refuse them.
 * @throws ImgstoreError as `convert`, but never for a loss.
 */
export async function plan(source: SampleStore, target: WritableStore, options: ConvertOptions = {}): Promise<Report> {
  return attempt(source, target, options, async (conversion) => {
    const reading = await conversion.open({ isPlan: true });
    try {
      await conversion.scan(reading);
    } finally {
      await reading.close();
    }
    return conversion.ledger.report();
  });
}
