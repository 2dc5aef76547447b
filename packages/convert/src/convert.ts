import { ImgstoreError, isImgstoreError } from '@imgstore/core';
import type { SampleStore, WritableStore, WriteSummary } from '@imgstore/core';
import { attempt } from './attempt.js';
import { certainLosses } from './certain.js';
import { isCut } from './conversion.js';
import type { Conversion } from './conversion.js';
import type { ConvertOptions } from './options.js';
import { plan } from './plan.js';
import type { Reading } from './reading.js';
import { isRefused, lossyError } from './report.js';
import type { Report } from './report.js';

/**
 * Moves all samples of the source into the target, in their order, in one pass. Encoded images are copied byte for byte
 * wherever the target holds them. The target appears when it is complete; after any error it is as it was.
 *
 * The first loss that is not allowed stops the writing; the rest of the source is read without writing, so that the
 * error (see `isLossyError`) carries a report of all losses.
 * @throws ImgstoreError LOSSY; BAD_OPTION for options that cannot be, and when source and target are the same place;
 * UNSUPPORTED for what would need a codec or a second reading of a stream; MISMATCH; CONTRACT when a store breaks its
 * promises; what source and target throw; the signal's reason.
 */
export async function convert(source: SampleStore, target: WritableStore, options: ConvertOptions = {}): Promise<Report> {
  return attempt(source, target, options, async (conversion) => {
    if (isCertainlyRefused(conversion)) {
      const report = await plan(source, target, { ...options, ...options.onBadSample && { onBadSample: () => undefined } });
      if (isRefused(report)) {
        // Only now nothing else will tell the bad samples. They are not kept meanwhile: their bytes could be any number.
        if (report.skipped > 0) await plan(source, target, options);
        throw lossyError(report, { location: source.location });
      }
    }
    const reading = await conversion.open({ isPlan: false });
    try {
      const summary = await write(conversion, reading);
      return { ...conversion.ledger.report(), summary };
    } finally {
      await reading.close();
    }
  });
}

/** Where the description of the source says it, writing need not even begin. */
function isCertainlyRefused({ target, description, options }: Conversion): boolean {
  const { features: _features, ...withoutFeatures } = description;
  const losses = certainLosses(target.accepts, isCut(options) ? withoutFeatures : description);
  return losses.some((kind) => !options.allow?.includes(kind));
}

async function write(conversion: Conversion, reading: Reading): Promise<WriteSummary> {
  const { source, target, ledger, options: { signal } } = conversion;
  let summary: WriteSummary | undefined;
  try {
    summary = await target.write(conversion.fitted(reading), conversion.writeOptions());
  } catch (error) {
    signal?.throwIfAborted();
    if (!ledger.isRefused || conversion.hasFailed) throw error;
  }
  if (ledger.isRefused) {
    await completeLedger(conversion, reading);
    throw lossyError(ledger.report(), { location: source.location });
  }
  if (summary === undefined) throw new ImgstoreError('CONTRACT', 'the store does not say what it wrote', { location: target.location });
  if (!await reading.isAtEnd() || summary.samples !== ledger.samples) {
    throw new ImgstoreError('CONTRACT', `the store says that it wrote ${summary.samples} samples, and was given ${ledger.samples}`, { location: target.location });
  }
  conversion.finish();
  return summary;
}

/** Reads on to the end of the source without writing: by a new reading, without image bytes, where it can be read again. */
async function completeLedger(conversion: Conversion, reading: Reading): Promise<void> {
  const rest = await reopen(conversion) ?? reading;
  try {
    await conversion.scan(rest);
  } finally {
    if (rest !== reading) await rest.close();
  }
}

async function reopen(conversion: Conversion): Promise<Reading | undefined> {
  // Bad samples are in no count that `skip` could be told.
  if (conversion.options.onBadSample !== undefined) return undefined;
  try {
    return await conversion.rest();
  } catch (error) {
    if (isImgstoreError(error, 'UNSUPPORTED')) return undefined;
    throw error;
  }
}
