import { ImgstoreError, quote, sniffImage } from '@imgstore/core';
import type { EncodedImage, FeatureValue, Origin, Sample } from '@imgstore/core';
import { keyOfStem } from '../wire/names.js';
import { parseClassName, parseCls } from './class-text.js';
import { parseExtra } from './extra.js';
import { chooseImage, isImageExt, unsniffedFormat } from './image-member.js';
import { CLASS_EXT, EXTRA_EXT, LABEL_EXT } from './members.js';
import type { Members } from './members.js';

/** How to make samples of members. */
export interface DecodeOptions {
  /** The extension of the image. Absent: chosen among those of images. */
  readonly image: string | undefined;
  /** Told what is odd but lost nothing. */
  readonly onNote: ((text: string, key: string) => void) | undefined;
}

/**
 * The sample of members that have one stem: image, label and class name go into their places, all else becomes features, those of
 * members one value of bytes each. Bytes are the members' own.
 * @throws ImgstoreError CORRUPT, UNSUPPORTED for an image that is none, with the member as the feature.
 */
export function decodeSample(stem: string, members: Members, origin: Origin, { image: wanted, onNote }: DecodeOptions): Sample {
  const key = keyOfStem(stem);
  const rest = new Map(members);
  const image = takeImage(rest, wanted, (text) => onNote?.(text, key));
  const cls = rest.get(LABEL_EXT);
  const named = rest.get(CLASS_EXT);
  const className = named === undefined ? undefined : parseClassName(named);
  if (className !== undefined) rest.delete(CLASS_EXT);
  const said = cls === undefined ? undefined : parseCls(cls);
  // A name in a member of its own goes before one in cls, which then stays a feature.
  const isUsed = said !== undefined && ('label' in said || className === undefined);
  if (isUsed) rest.delete(LABEL_EXT);
  return { key, ...image && { image }, ...isUsed && said, ...className !== undefined && { className }, features: featuresOf(rest), origin };
}

function takeImage(rest: Map<string, Uint8Array>, wanted: string | undefined, note: (text: string) => void): EncodedImage | undefined {
  const ext = chooseImage(rest.keys(), wanted);
  const bytes = ext === undefined ? undefined : rest.get(ext);
  if (ext === undefined || bytes === undefined) return undefined;
  rest.delete(ext);
  if (wanted === undefined && [...rest.keys()].some(isImageExt)) note(`of several images ${quote(ext)} is the sample's, the others are features (option image)`);
  if (bytes.length === 0) throw new ImgstoreError('CORRUPT', 'the image is empty', { feature: ext });
  const format = sniffImage(bytes)?.format ?? unsniffedFormat(ext, bytes);
  if (format === undefined) throw new ImgstoreError('UNSUPPORTED', `the bytes are no image known here; they begin ${firstBytes(bytes)}`, { feature: ext });
  return { kind: 'encoded', format, bytes };
}

function featuresOf(rest: Map<string, Uint8Array>): Sample['features'] {
  const extra = rest.get(EXTRA_EXT);
  const parsed = extra === undefined ? undefined : parseExtra(extra);
  // One name has one place: else the member stays as it is.
  const isOurs = parsed !== undefined && ![...parsed.keys()].some((name) => name !== EXTRA_EXT && rest.has(name));
  if (isOurs) rest.delete(EXTRA_EXT);
  const features = new Map<string, FeatureValue>([...rest].map(([ext, bytes]) => [ext, { kind: 'bytes', values: [bytes] }]));
  if (isOurs) for (const [name, value] of parsed) features.set(name, value);
  return features;
}

function firstBytes(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
