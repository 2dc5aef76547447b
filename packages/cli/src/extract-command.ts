import { ImgstoreError } from '@imgstore/core';
import type { Limits, SampleStore } from '@imgstore/core';
import { stageFiles } from '@imgstore/core/files';
import { checkPlaces } from '@imgstore/convert';
import type { CommandContext } from './command-context.js';
import { asImageFile, writtenFormat } from './image-file.js';
import { pathOfLocation } from './location.js';
import { findRaw, findSample } from './lookup.js';
import type { LookupOptions } from './lookup.js';
import { answer, formatBytes, formatJson, oneLine } from './output.js';
import { describeImage } from './preview.js';
import { sampleAsJson } from './sample-json.js';
import { openSource, readSourceFlags } from './source.js';

/** What is extracted. */
interface Extract {
  readonly content: Uint8Array | string;
  /** In a few words; absent for fields, of which a program is told. */
  readonly what?: string;
}

/** `imgstore extract SRC KEY`: one sample's image, record or fields, to a file or to standard output. */
export async function runExtract({ operands, flags, io, formats }: CommandContext): Promise<number> {
  const [source = '', key = ''] = operands;
  const location = pathOfLocation(source);
  const form = flags.has('raw') ? 'raw' : flags.has('json') ? 'json' : 'image';
  if (flags.has('raw') && flags.has('json')) throw new ImgstoreError('BAD_OPTION', '--raw and --json exclude each other: bytes or fields');
  const named = flags.value('out');
  if (named === '') throw new ImgstoreError('BAD_OPTION', '--out is empty');
  const out = named === undefined ? undefined : pathOfLocation(named);
  if (out === undefined && form !== 'json' && io.stdout.isTTY) {
    throw new ImgstoreError('BAD_OPTION', 'bytes are not written to a terminal', { hint: 'give a file with -o FILE, or send the output to another program' });
  }
  const settings = readSourceFlags(flags);
  const { store, place } = await openSource(location, settings, formats, { isIndexed: form === 'raw' });
  if (out !== undefined) await checkPlaces(place, { location: out }, { overwrite: flags.has('overwrite'), signal: io.signal });
  const { content, what } = await extract(store, key, form, { limits: settings.limits, out, signal: io.signal, isReadOnce: location === '-', isTTY: out === undefined && io.stdout.isTTY });
  if (out === undefined) {
    await answer(io, content);
    return 0;
  }
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  await writeFile(out, bytes, { overwrite: flags.has('overwrite') });
  await answer(io, what === undefined ? formatJson(io.stdout, { imgstore: 1, file: out, length: bytes.length }) : `${oneLine(out)}  ${what}\n`);
  return 0;
}

async function extract(
  store: SampleStore, key: string, form: 'raw' | 'json' | 'image',
  { isTTY, out, limits, ...options }: LookupOptions & { readonly isTTY: boolean; readonly out: string | undefined; readonly limits: Limits | undefined },
): Promise<Extract> {
  if (form === 'raw') {
    const content = await findRaw(store, key);
    return { content, what: `the stored record, ${formatBytes(content.length)}` };
  }
  const sample = await findSample(store, key, options);
  if (form === 'json') return { content: formatJson({ isTTY }, sampleAsJson(store, sample)) };
  const { image } = sample;
  const place = { location: store.location, key, hint: '--json shows the fields, --raw gives the stored record' };
  if (image === undefined) throw new ImgstoreError('UNSUPPORTED', 'the sample has no image', place);
  if (image.kind === 'encoded') return { content: image.bytes, what: describeImage(image) };
  const format = out === undefined ? undefined : writtenFormat(out);
  if (format === undefined) {
    throw new ImgstoreError('UNSUPPORTED', `the image is pixels (${describeImage(image)}), not an image file`, { ...place, hint: `-o NAME.png makes one of them; ${place.hint}` });
  }
  const file = await asImageFile(sample, format, { limits, signal: options.signal, place });
  return { content: file.bytes, what: describeImage(file) };
}

/** Writes a file, which appears when it is complete. @throws ImgstoreError EXISTS, IO. */
async function writeFile(path: string, bytes: Uint8Array, options: { readonly overwrite: boolean }): Promise<void> {
  const stage = await stageFiles([path], options);
  try {
    stage.file(path).write(bytes);
    await stage.commit();
  } catch (error) {
    await stage.discard();
    throw error;
  }
}
