import { CONTRACT, quote } from '@imgstore/core';

/** What an adapter package says of itself in its package.json, under `imgstore`: known without loading it. */
export interface Manifest {
  /** The package's name and version. */
  readonly package: string;
  readonly version: string;
  /** The contract it was written for. What is declared for another one than ours was not checked. */
  readonly contract: number;
  readonly format: string;
  /** Ends of names, with the dot, lower case: what a name says of its format. */
  readonly extensions: readonly string[];
  readonly reads: boolean;
  readonly writes: boolean;
  /** What content is recognised by: for the error of a file that no format claims. */
  readonly detects?: string;
  /** Whether it reads standard input. */
  readonly streams?: boolean;
  /** For the table of formats, a few words each. */
  readonly keyed?: boolean;
  readonly compressed?: boolean;
  readonly location?: string;
  readonly images?: string;
  readonly labels?: string;
  readonly features?: string;
}

/** A format's name, as `--from` takes it. */
const formatName = /^[a-z0-9][a-z0-9._-]*$/;
const extensionName = /^\.[^\s/\\]+$/;

const flags = ['streams', 'keyed', 'compressed'] as const;
const texts = ['detects', 'location', 'images', 'labels', 'features'] as const;

/**
 * The manifest in the text of a package.json; undefined where it has no `imgstore`: such a package is no adapter.
 * @throws TypeError saying what is malformed.
 */
export function parseManifest(text: string): Manifest | undefined {
  const { name, version, imgstore } = objectOf(jsonOf(text), 'package.json');
  if (imgstore === undefined) return undefined;
  const members = objectOf(imgstore, '"imgstore"');
  const { contract, format, extensions = [] } = members;
  if (typeof name !== 'string' || name === '') throw new TypeError('package.json has no "name"');
  if (typeof contract !== 'number' || !Number.isSafeInteger(contract)) throw new TypeError(`"contract" is ${show(contract)}, expected a whole number`);
  const known = { package: name, version: typeof version === 'string' ? version : '0.0.0', contract };
  if (contract !== CONTRACT) return { ...known, format: typeof format === 'string' ? format : '-', extensions: [], reads: false, writes: false };
  if (typeof format !== 'string' || !formatName.test(format)) throw new TypeError(`"format" is ${show(format)}, expected a name in lower case`);
  if (!Array.isArray(extensions) || !extensions.every(isExtension)) throw new TypeError('"extensions" is not a list of ends of names such as ".foo", in lower case');
  return {
    ...known, format, extensions, reads: flagOf(members, 'reads') ?? false, writes: flagOf(members, 'writes') ?? false,
    ...Object.fromEntries(flags.map((flag) => [flag, flagOf(members, flag)] as const).filter(([, value]) => value !== undefined)),
    ...Object.fromEntries(texts.map((member) => [member, textOf(members, member)] as const).filter(([, value]) => value !== undefined)),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError('package.json is not JSON');
  }
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError(`${what} is ${show(value)}, expected an object`);
  return { ...value };
}

function isExtension(value: unknown): value is string {
  return typeof value === 'string' && extensionName.test(value) && value === value.toLowerCase();
}

function flagOf(members: Readonly<Record<string, unknown>>, member: string): boolean | undefined {
  const value = members[member];
  if (value !== undefined && typeof value !== 'boolean') throw new TypeError(`"${member}" is ${show(value)}, expected true or false`);
  return value;
}

function textOf(members: Readonly<Record<string, unknown>>, member: string): string | undefined {
  const value = members[member];
  if (value !== undefined && typeof value !== 'string') throw new TypeError(`"${member}" is ${show(value)}, expected a text`);
  return value;
}

function show(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return value === undefined ? 'not there' : JSON.stringify(value);
}
