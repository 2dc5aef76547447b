import { basename, join } from 'node:path';
import { ImgstoreError, isImgstoreError, quote, sniffImage } from '@imgstore/core';
import type { Adapter, Detection, Probe } from '@imgstore/core';
import { folderNames, isPattern, matchPattern, openFileReader, pathFacts } from '@imgstore/core/files';
import { findBuiltin, loadAdapter } from './builtins.js';
import type { Builtin } from './builtins.js';

const HEAD_BYTES = 65_536;
const NAMES = 1000;
const SHOWN_BYTES = 16;

/** A source's format, and how it was told. */
export interface Recognised {
  readonly adapter: Adapter;
  /** Absent where the user said the format. */
  readonly detection?: Detection;
  /** Other formats that claim the content too. */
  readonly others: readonly string[];
}

/**
 * The adapter for a source: the one that `--from` names, else the one whose `detect` claims the content. A certain
 * claim goes before an uncertain one, then the order of the built-ins decides.
 * @throws ImgstoreError BAD_OPTION, NOT_FOUND, NOT_A_STORE, UNSUPPORTED, IO; NO_ADAPTER where `--from` names one, CONTRACT.
 */
export async function recogniseSource(location: string, from: string | undefined, builtins: readonly Builtin[]): Promise<Recognised> {
  if (from !== undefined) return { adapter: await loadAdapter(findBuiltin(builtins, from, '--from')), others: [] };
  if (location === '-') {
    throw new ImgstoreError('BAD_OPTION', 'the format of standard input cannot be told', { hint: 'say it with --from NAME' });
  }
  const probe = probeOf(location);
  const claims: { readonly adapter: Adapter; readonly detection: Detection }[] = [];
  for (const builtin of builtins) {
    const adapter = await loadIfInstalled(builtin);
    const detection = await adapter?.detect(probe);
    if (adapter && detection) claims.push({ adapter, detection });
  }
  const [claim] = [...claims].sort((a, b) => Number(b.detection.certain) - Number(a.detection.certain));
  if (!claim) throw notAStore(location, probe, builtins);
  return { ...claim, others: claims.filter((other) => other !== claim).map((other) => other.adapter.format) };
}

/** One format that is not installed leaves the others usable. */
async function loadIfInstalled(builtin: Builtin): Promise<Adapter | undefined> {
  try {
    return await loadAdapter(builtin);
  } catch (error) {
    if (isImgstoreError(error, 'NO_ADAPTER')) return undefined;
    throw error;
  }
}

/** What `detect` may look at, of the first file that the location names. */
function probeOf(location: string): Probe {
  const path = firstPathOf(location);
  const facts = pathFacts(path);
  if (!facts) throw new ImgstoreError('NOT_FOUND', 'no such file or folder', { location });
  if (facts.kind === 'other') throw new ImgstoreError('UNSUPPORTED', 'neither a regular file nor a folder', { location });
  const isDirectory = facts.kind === 'folder';
  return {
    path,
    isDirectory,
    size: isDirectory ? 0 : facts.size,
    head: isDirectory ? new Uint8Array() : headOf(path),
    names: () => Promise.resolve(isDirectory ? folderNames(path).slice(0, NAMES) : []),
  };
}

/** The location itself, or for `NAME@N` and patterns the first file of the set that is there. */
function firstPathOf(location: string): string {
  const shards = /^(.+)@(\d+)$/s.exec(location);
  const isSet = shards !== null && pathFacts(location) === undefined;
  const pattern = isSet ? `${shards[1]}*-?????-of-${(shards[2] ?? '').padStart(5, '0')}*` : location;
  if (!isSet && !isPattern(location)) return location;
  const [first] = matchPattern(pattern);
  if (first === undefined) throw new ImgstoreError('NOT_FOUND', isSet ? `no file of such a set; looked for ${quote(pattern)}` : 'no file matches the pattern', { location });
  return first;
}

function headOf(path: string): Uint8Array {
  const reader = openFileReader(path);
  try {
    const head = new Uint8Array(Math.min(HEAD_BYTES, reader.size));
    return head.subarray(0, reader.read(head, 0));
  } finally {
    reader.close();
  }
}

function notAStore(location: string, probe: Probe, builtins: readonly Builtin[]): ImgstoreError {
  const sought = builtins.map((builtin) => `${builtin.format}${soughtBy(builtin)}`).join('; ');
  return new ImgstoreError('NOT_A_STORE', `${lookOf(probe)}${beginningOf(probe)}; looked for ${sought}`, {
    location, hint: 'if you know what it is, say so with --from NAME',
  });
}

/** What a format is recognised by. A package that is not there was not asked. */
function soughtBy(builtin: Builtin): string {
  try {
    const { detects } = builtin.manifest();
    return detects === undefined ? '' : ` (${detects})`;
  } catch {
    return ' (not installed)';
  }
}

/** The first bytes of a file, for who knows them. */
function beginningOf({ isDirectory, head }: Probe): string {
  return isDirectory || head.length === 0 ? '' : `, which begins ${hexOf(head.subarray(0, SHOWN_BYTES))}`;
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** What the content looks like, where it is plainly something else. */
function lookOf({ path, isDirectory, size, head }: Probe): string {
  if (isDirectory) {
    const names = folderNames(path);
    return names.length === 0 ? 'an empty folder' : `a folder with ${quote(join(basename(path), names[0] ?? ''))}${names.length > 1 ? ` and ${names.length - 1} more` : ''}`;
  }
  if (size === 0) return 'an empty file';
  const image = sniffImage(head);
  if (image) return `one ${image.format.toUpperCase()} image`;
  const text = new TextDecoder().decode(head.subarray(0, 200)).trimStart().toLowerCase();
  if (text.startsWith('<!doctype html') || text.startsWith('<html')) return 'an HTML page, as a failed download leaves one';
  if (text.startsWith('version https://git-lfs')) return 'a pointer of git LFS, not the file itself (git lfs pull gets it)';
  return 'unknown content';
}
