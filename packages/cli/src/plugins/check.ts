import { quote } from '@imgstore/core';

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

/** What of an object is not as a description has it: that convert would stumble over. */
export function faultOfDescription(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'no description';
  const { keys, count } = membersOf(value);
  if (keys !== 'stored' && keys !== 'ordinal') return 'a description whose "keys" is neither stored nor ordinal';
  return count === undefined || isCount(count) ? undefined : 'a description whose "count" is no whole number';
}

/** What of an object is not as a sample has it: its members' types alone. */
export function faultOfSample(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'that is no object';
  const { key, image, label, className, features } = membersOf(value);
  if (typeof key !== 'string') return 'without a key';
  if (typeof features !== 'object' || features === null || !('get' in features)) return `whose "features" is no Map (key ${quote(key)})`;
  if (label !== undefined && !Number.isSafeInteger(label)) return `whose label is no integer (key ${quote(key)})`;
  if (className !== undefined && typeof className !== 'string') return `whose class name is no text (key ${quote(key)})`;
  return image === undefined || isImage(image) ? undefined : `whose image is neither encoded bytes nor a tensor (key ${quote(key)})`;
}

function isImage(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, bytes, format, data, shape } = membersOf(value);
  return kind === 'encoded' ? bytes instanceof Uint8Array && typeof format === 'string'
    : kind === 'tensor' && data instanceof Uint8Array && Array.isArray(shape);
}

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
