import { checkTensor, COLORS, DTYPES, isImgstoreError, LAYOUTS, quote } from '@imgstore/core';
import type { TensorImage } from '@imgstore/core';

const types = ['string', 'number', 'boolean', 'bytes'];
const directions = ['read', 'write', 'both'];

/** What of a default export is not as an adapter of contract 1 has it; undefined: nothing. Functions are not called. */
export function faultOfAdapter(value: object): string | undefined {
  const { contract, format, options, detect, store } = membersOf(value);
  if (contract !== 1) return '"contract" is not 1';
  if (typeof format !== 'string' || format === '') return '"format" is no name';
  if (typeof options !== 'object' || options === null) return '"options" is no object';
  for (const [name, spec] of Object.entries(options)) {
    const fault = faultOfOption(spec);
    if (fault !== undefined) return `its option ${quote(name)} ${fault}`;
  }
  return [['detect', detect] as const, ['store', store] as const].filter(([, member]) => typeof member !== 'function').map(([name]) => `"${name}" is no function`)[0];
}

/** What of an object is not as a store has it. */
export function faultOfStore(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'gives no store';
  const members = membersOf(value);
  const wanted = ['read', 'describe', ...'accepts' in value ? ['write'] : [], ...'get' in value ? ['keys', 'close'] : []];
  const missing = wanted.find((name) => typeof members[name] !== 'function');
  if (missing !== undefined) return `gives a store without a function "${missing}"`;
  const fault = 'accepts' in value ? faultOfAccepts(value.accepts) : undefined;
  return fault === undefined ? undefined : `gives a store whose "accepts" ${fault}`;
}

/** What of an object is not as a description has it. */
export function faultOfDescription(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'no description';
  const members = membersOf(value);
  const bad = descriptionMembers.find(([name, , is]) => !is(members[name]));
  return bad && `a description whose "${bad[0]}" is ${bad[1]}`;
}

/** The members of a description that are used, each with what is said of one that is not so. */
const descriptionMembers: readonly (readonly [string, string, (value: unknown) => boolean])[] = [
  ['keys', 'neither stored nor ordinal', (value) => value === 'stored' || value === 'ordinal'],
  ['count', 'no whole number', optional(isCount)],
  ['bytes', 'no whole number', optional(isCount)],
  ['classes', 'no list of texts', optional(isTexts)],
  ['notes', 'no list of texts', optional(isTexts)],
  ['preset', 'no text', optional(isText)],
  ['compression', 'no text', optional(isText)],
  ['roles', 'no object', optional(isObject)],
  ['image', 'no object with a list as its shape', optional((value) => isObject(value) && optional((shape) => Array.isArray(shape))(membersOf(value)['shape']))],
  ['features', 'no Map of names and kinds', optional((value) => isMap(value) && [...value].every(([name, kind]) => isText(name) && valueForms.some((form) => form.kind === kind)))],
];

function optional(is: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || is(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** What of an object is not as a summary of what was written has it. */
export function faultOfSummary(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'no summary of what was written';
  const { samples, bytes, files } = membersOf(value);
  const fault = faultOfSizes({ samples, bytes });
  if (fault !== undefined) return `a summary ${fault}`;
  if (!Array.isArray(files)) return 'a summary whose "files" is no list';
  const faults = files.map(faultOfFile);
  const index = faults.findIndex((one) => one !== undefined);
  return index === -1 ? undefined : `a summary whose file ${index} ${faults[index]}`;
}

function faultOfFile(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'is no object';
  const { path, samples, bytes, sha256, count } = membersOf(value);
  if (typeof path !== 'string') return 'has a "path" that is no text';
  const fault = faultOfSizes({ samples, bytes, ...count !== undefined && { count } });
  if (fault !== undefined) return `is one ${fault}`;
  return sha256 === undefined || typeof sha256 === 'string' ? undefined : 'has a "sha256" that is no text';
}

function faultOfSizes(sizes: Readonly<Record<string, unknown>>): string | undefined {
  const bad = Object.entries(sizes).find(([, value]) => !isCount(value));
  return bad && `whose "${bad[0]}" is no whole number`;
}

/** What of an object is not as a sample has it: types, and that the parts of a tensor agree. Bytes of images are not looked at. */
export function faultOfSample(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'that is no object';
  const { key, image, label, className, features } = membersOf(value);
  if (typeof key !== 'string') return 'without a key';
  const fault = label !== undefined && !Number.isSafeInteger(label) ? 'whose label is no integer'
    : className !== undefined && typeof className !== 'string' ? 'whose class name is no text'
      : (image === undefined ? undefined : faultOfImage(image)) ?? faultOfFeatures(features);
  return fault === undefined ? undefined : `${fault} (key ${quote(key)})`;
}

function faultOfImage(value: unknown): string | undefined {
  const { kind, bytes, format, data, shape, dtype, layout, color } = typeof value === 'object' && value !== null ? membersOf(value) : {};
  if (kind === 'encoded' && bytes instanceof Uint8Array && typeof format === 'string') return undefined;
  if (kind !== 'tensor' || !(data instanceof Uint8Array) || !Array.isArray(shape)) return 'whose image is neither encoded bytes nor a tensor';
  for (const [name, member, known] of [['dtype', dtype, DTYPES], ['layout', layout, LAYOUTS], ['color', color, [...COLORS, undefined]]] as const) {
    if (!known.some((choice) => choice === member)) return `whose image has a "${name}" that is none of ${known.filter((choice) => choice !== undefined).join(', ')}`;
  }
  try {
    checkTensor(value as TensorImage); // each of its members was looked at
    return undefined;
  } catch (error) {
    if (!isImgstoreError(error)) throw error;
    return `whose image contradicts itself: ${error.what}`;
  }
}

function faultOfFeatures(features: unknown): string | undefined {
  if (!isMap(features)) return 'whose "features" is no Map';
  for (const [name, feature] of features) {
    if (typeof name !== 'string') return 'with a feature whose name is no text';
    const { kind, values } = typeof feature === 'object' && feature !== null ? membersOf(feature) : {};
    const form = valueForms.find((one) => one.kind === kind);
    if (form === undefined) return `whose feature ${quote(name)} has a "kind" that is none of ${valueForms.map((one) => one.kind).join(', ')}`;
    if (!form.is(values)) return `whose feature ${quote(name)} has "values" that are no ${form.name}`;
  }
  return undefined;
}

function isMap(value: unknown): value is Iterable<readonly [unknown, unknown]> {
  return typeof value === 'object' && value !== null && 'get' in value && Symbol.iterator in value;
}

/** What the values of each kind of feature are. */
const valueForms = [
  { kind: 'bytes', name: 'list of Uint8Array', is: (values: unknown) => Array.isArray(values) && values.every((value) => value instanceof Uint8Array) },
  { kind: 'int64', name: 'BigInt64Array', is: (values: unknown) => values instanceof BigInt64Array },
  { kind: 'float32', name: 'Float32Array', is: (values: unknown) => values instanceof Float32Array },
  { kind: 'float64', name: 'Float64Array', is: (values: unknown) => values instanceof Float64Array },
] as const;

function faultOfAccepts(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'is no object';
  const { image, encoded, key, features, classes } = membersOf(value);
  if (image !== 'required' && image !== 'optional') return 'has no "image"';
  if (encoded !== 'any' && !Array.isArray(encoded)) return 'has no "encoded"';
  if (typeof key !== 'object' || key === null || !('kind' in key)) return 'has no "key"';
  if (features !== 'none' && !Array.isArray(features)) return 'has no "features"';
  return typeof classes === 'boolean' ? undefined : 'has no "classes"';
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function faultOfOption(spec: unknown): string | undefined {
  if (typeof spec !== 'object' || spec === null) return 'has no specification';
  const { type, description, for: direction } = membersOf(spec);
  const isType = Array.isArray(type) ? type.every((choice) => typeof choice === 'string') : types.some((name) => name === type);
  if (!isType) return `has a "type" that is none of ${types.join(', ')} or a list of texts`;
  if (typeof description !== 'string') return 'has no "description"';
  return directions.some((name) => name === direction) ? undefined : `has a "for" that is none of ${directions.join(', ')}`;
}

/** Members of an object, inherited ones too: a store may be of a class. */
function membersOf(value: object): Readonly<Record<string, unknown>> {
  return value as Readonly<Record<string, unknown>>; // an object has members of any kind
}
