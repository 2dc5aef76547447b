import { ImgstoreError, isImgstoreError, quote } from '@imgstore/core';
import type { ErrorCode, ErrorPlace, WriteSummary } from '@imgstore/core';
import type { Loss } from './losses.js';

/** How faithfully a step carries its values: the same bytes, the same values in another form, or other values. */
export type Grade = 'exact' | 'lossless' | 'lossy';

/** What happened to one part of the samples, e.g. `image uint8 CHW bgr` -> `image uint8 HWC rgb`, `reshape`, `lossless`. */
export interface Step {
  readonly from: string;
  readonly to: string;
  readonly how: string;
  readonly grade: Grade;
  /** How many samples took it. */
  readonly count: number;
}

/** A bad sample that was left out. */
export interface Skip extends Pick<ErrorPlace, 'file' | 'record' | 'offset' | 'key'> {
  readonly code: ErrorCode;
  /** Where and what, on one line. */
  readonly message: string;
}

/** What a conversion did, or what it would do: `plan` and `convert` count alike. */
export interface Report {
  /** Samples read and found good. After a refusal too, all of the source. */
  readonly samples: number;
  /** Images whose bytes stayed as they were. */
  readonly copied: number;
  /** Images whose pixels were decoded. */
  readonly decoded: number;
  /** Images whose pixels were encoded. */
  readonly encoded: number;
  /** Images of which axes, colours or dtype were changed. */
  readonly reshaped: number;
  /** Bad samples that were told to `onBadSample` and left out. */
  readonly skipped: number;
  /** The first of them that were met, at most 1,000: sorted by where they stand, that is by file (its name), record, offset and key. */
  readonly skips: readonly Skip[];
  /** Images first, then labels, class names, keys and features. */
  readonly steps: readonly Step[];
  /** In the order of LOSS_KINDS. */
  readonly losses: readonly Loss[];
  /** Sentences about what was assumed, and what is odd but lost nothing. */
  readonly notes: readonly string[];
  /** What the target wrote; absent in a plan. */
  readonly summary?: WriteSummary;
}

/** The error of a conversion that was refused: it carries the complete ledger. */
export type LossyError = ImgstoreError & { readonly code: 'LOSSY'; readonly report: Report };

/** Whether the error is a refusal with a report. (A LOSSY error without one is about a single sample that the target cannot hold at all.) */
export function isLossyError(error: unknown): error is LossyError {
  return isImgstoreError(error, 'LOSSY') && 'report' in error;
}

/** Whether a loss stands in the report that was not allowed: `convert` refuses what this is true of. */
export function isRefused(report: Report): boolean {
  return report.losses.some((loss) => !loss.allowed);
}

/** The refusal that the report asks for. Its hint names the kinds to allow. */
export function lossyError(report: Report, place: ErrorPlace): LossyError {
  const refused = report.losses.filter((loss) => !loss.allowed);
  const lines = refused.slice(0, LINES).map(({ kind, what, count, firstKey }) =>
    `${kind}: ${what}, ${count} of ${report.samples} samples, first key ${quote(firstKey)}`);
  if (refused.length > LINES) lines.push(`and ${refused.length - LINES} more`);
  const hint = `allow it with ${[...new Set(refused.map(({ kind }) => `--allow ${kind}`))].join(' ')}`;
  const error = new ImgstoreError('LOSSY', `this conversion would lose data (${lines.join('; ')}); nothing was written`, { ...place, hint });
  return Object.assign(error, { code: 'LOSSY' as const, report });
}

/** How many losses fit in a message of one line; the report has them all. */
const LINES = 4;
