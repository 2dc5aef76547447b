import { breather, checkRead, decodeUtf8, encodeUtf8, fromBatches, ImgstoreError, isImgstoreError, resolveLimits, withPlace } from '@imgstore/core';
import type { BatchSource, CommonOptions, ReadOptions, Sample, WritableStore, WriteOptions, WriteSummary } from '@imgstore/core';
import { openFileReader, stageFiles } from '@imgstore/core/files';
import type { FileReader } from '@imgstore/core/files';
import { LineReader } from './lines.js';
import type { Line } from './lines.js';
import { formatLine, jsonlAccepts, parseLine } from './mapping.js';

const FORMAT = 'jsonl';

/**
 * Samples as JSON Lines in one file. No input or output happens here.
 * @throws ImgstoreError BAD_OPTION for limits that are none.
 */
export function jsonlStore(location: string, options: CommonOptions = {}): WritableStore {
  const { record: mostBytes } = resolveLimits(options.limits);
  return {
    format: FORMAT,
    location,
    accepts: jsonlAccepts,
    read: (readOptions = {}) => fromBatches(() => {
      checkRead(readOptions, { format: FORMAT, location });
      return new SampleReader(location, mostBytes, readOptions);
    }, { signal: readOptions.signal }),
    async describe({ signal } = {}) {
      signal?.throwIfAborted();
      const file = openSource(location);
      try {
        return { keys: 'stored', bytes: file.size }; // how many lines there are is known when they have been read
      } finally {
        file.close();
      }
    },
    write: (samples, writeOptions = {}) => writeAll(location, samples, writeOptions),
  };
}

/** One sample at a time, in the order of the lines. */
class SampleReader implements BatchSource<Sample> {
  readonly #file: FileReader;
  readonly #lines: LineReader;
  readonly #options: ReadOptions;
  readonly #breathe = breather();
  #ordinal = 0;

  constructor(location: string, mostBytes: number, options: ReadOptions) {
    this.#file = openSource(location);
    this.#lines = new LineReader(this.#file, mostBytes);
    this.#options = options;
  }

  async next(): Promise<readonly Sample[] | undefined> {
    for (;;) {
      await this.#breathe();
      this.#options.signal?.throwIfAborted();
      const line = this.#lines.next();
      if (line === undefined) return undefined;
      const sample = isBlank(line.bytes) ? undefined : this.#sampleOf(line);
      if (sample !== undefined) return [sample];
    }
  }

  close(): void {
    this.#file.close();
  }

  /** Undefined where the sample is not wanted, or is bad and was told. */
  #sampleOf(line: Line): Sample | undefined {
    const { skip = 0, onBadSample, progress } = this.#options;
    const place = { format: FORMAT, file: this.#file.path, record: this.#ordinal++, offset: line.offset };
    if (place.record < skip) return undefined;
    try {
      const sample = parse(line);
      if (progress !== undefined) {
        progress.samples++;
        progress.bytes += line.length;
      }
      return { ...sample, origin: { file: place.file, record: place.record, offset: place.offset } };
    } catch (error) {
      const placed = withPlace(error, place);
      if (onBadSample === undefined || !isImgstoreError(placed)) throw placed;
      onBadSample(placed, new Uint8Array(line.bytes));
      return undefined;
    }
  }
}

function parse({ bytes, isEnded }: Line): Sample {
  // What is whole but for its line end may be all that is left of many lines: a file that was cut is never taken for a shorter one.
  if (!isEnded) throw new ImgstoreError('TRUNCATED', 'the file ends within a line', { hint: 'if nothing is missing, put a line end behind the last line' });
  const text = decodeUtf8(bytes);
  if (text === undefined) throw new ImgstoreError('CORRUPT', 'the line is not UTF-8');
  return parseLine(text);
}

/** Spaces, tabs and carriage returns. */
function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

/** @throws ImgstoreError NOT_FOUND, IO, UNSUPPORTED for what is no file. */
function openSource(location: string): FileReader {
  if (location === '-') throw new ImgstoreError('UNSUPPORTED', 'JSON Lines are read from a path, not from standard input', { format: FORMAT, location });
  return openFileReader(location);
}

/** The file appears under its name when it is complete and on disk; whatever stops it before leaves nothing. */
async function writeAll(location: string, samples: AsyncIterable<Sample>, { signal, overwrite = false, part }: WriteOptions): Promise<WriteSummary> {
  if (part !== undefined && part.count > 1) throw new ImgstoreError('UNSUPPORTED', 'a file of JSON Lines is not written in parts', { format: FORMAT, location });
  const stage = await stageFiles([location], { overwrite });
  try {
    const file = stage.file(location);
    let count = 0;
    for await (const sample of samples) {
      signal?.throwIfAborted();
      file.write(bytesOf(sample));
      count++;
    }
    signal?.throwIfAborted();
    const bytes = file.length;
    await stage.commit();
    return { samples: count, bytes, files: [{ path: location, samples: count, bytes }] };
  } finally {
    await stage.discard();
  }
}

function bytesOf(sample: Sample): Uint8Array {
  try {
    return encodeUtf8(formatLine(sample));
  } catch (error) {
    throw withPlace(error, { format: FORMAT, key: sample.key });
  }
}
