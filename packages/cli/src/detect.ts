import { basename, extname } from 'node:path';
import { ImgstoreError, isImgstoreError, quote, recogniseContent, sniffImage } from '@imgstore/core';
import type { Adapter, Detection, OptionSpec, Probe } from '@imgstore/core';
import { firstNames, firstPath, folderNames, hintOfSet, isPattern, joinPath, pathFacts, readHead } from '@imgstore/core/files';
import { formatsByName } from './extensions.js';
import { isPlugin, manifestOf } from './formats.js';
import type { Format, Formats } from './formats.js';
import { refuseStream } from './location.js';
import { formatCounted } from './output.js';

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

/** An adapter that recognised the content. */
interface Claim {
  readonly adapter: Adapter;
  readonly detection: Detection;
}

/**
 * The adapter for a source: the one that `--from` names. Else those whose manifests have the end of its name are asked, and where none of
 * them is certain all that are built in or declared by `--plugin` or the configuration. One certain claim outweighs uncertain ones; two
 * of a kind settle nothing. `options` are the names of those that were given for the source: whose they are, a refusal says.
 * @throws ImgstoreError BAD_OPTION, also for two such claims; NOT_FOUND, NOT_A_STORE, UNSUPPORTED, IO; NO_ADAPTER where `--from` names one; PLUGIN, CONTRACT.
 */
export async function recogniseSource(location: string, from: string | undefined, formats: Formats, options: readonly string[] = []): Promise<Recognised> {
  if (from !== undefined) {
    const format = await formats.find(from, '--from');
    if (location === '-') refuseStream(manifestOf(format));
    return { adapter: await formats.load(format), others: [] };
  }
  if (location === '-') {
    throw new ImgstoreError('BAD_OPTION', 'the format of standard input cannot be told', { hint: 'say it with --from NAME' });
  }
  const probe = probeOf(location);
  const readable = [...formats.builtins, ...formats.declared()].filter((format) => manifestOf(format)?.reads !== false);
  const named = formatsByName(probe.path, formats).filter((format) => readable.includes(format));
  const first = await claimsOf(probe, named, formats);
  const isSettled = first.filter(({ detection }) => detection.certain).length === 1;
  const claims = isSettled ? first : [...first, ...await claimsOf(probe, readable.filter((format) => !named.includes(format)), formats)];
  const sure = claims.filter(({ detection }) => detection.certain);
  const [claim, second] = sure.length > 0 ? sure : claims;
  if (claim && second) throw ambiguous(location, probe, claim, second);
  if (!claim) throw notAStore(location, probe, readable, formats, { owners: await ownersOf(options, readable, formats), inner: await innerOf(probe, readable, formats) });
  return { ...claim, others: claims.filter((other) => other !== claim).map((other) => other.adapter.format) };
}

async function claimsOf(probe: Probe, candidates: readonly Format[], formats: Formats): Promise<readonly Claim[]> {
  const claims: Claim[] = [];
  for (const format of candidates) {
    const adapter = await loadIfInstalled(format, formats);
    const detection = await adapter?.detect(probe);
    if (adapter && detection) claims.push({ adapter, detection });
  }
  return claims;
}

/** One built-in format that is not installed leaves the others usable. A plugin was declared, and has to work. */
async function loadIfInstalled(format: Format, formats: Formats): Promise<Adapter | undefined> {
  try {
    return await formats.load(format);
  } catch (error) {
    if (!isPlugin(format) && isImgstoreError(error, 'NO_ADAPTER')) return undefined;
    throw error;
  }
}

function ambiguous(location: string, probe: Probe, ...claims: readonly [Claim, Claim]): ImgstoreError {
  const said = claims.map(({ adapter, detection }) => `${adapter.format} (${detection.evidence})`).join(' and ');
  const [one, other] = claims.map(({ adapter }) => adapter.format);
  const verdict = claims[0].detection.certain ? 'are both certain of the content' : 'may both be what this is';
  return new ImgstoreError('BAD_OPTION', `${said} ${verdict}${beginningOf(probe)}`, { location, hint: `say which: --from ${one} or --from ${other}` });
}

/** What `detect` may look at, of the first file that the location names. */
function probeOf(location: string): Probe {
  const path = firstPathOf(location);
  const facts = pathFacts(path);
  if (!facts) {
    const hint = hintOfSet(location);
    throw new ImgstoreError('NOT_FOUND', 'no such file or folder', { location, ...hint !== undefined && { hint } });
  }
  if (facts.kind === 'other') throw new ImgstoreError('UNSUPPORTED', 'neither a regular file nor a folder', { location });
  const isDirectory = facts.kind === 'folder';
  return {
    path,
    isDirectory,
    size: isDirectory ? 0 : facts.size,
    head: isDirectory ? new Uint8Array() : readHead(path, HEAD_BYTES),
    names: (folder = '') => Promise.resolve(namesIn(joinPath(path, folder))),
  };
}

function namesIn(folder: string): readonly string[] {
  return pathFacts(folder)?.kind === 'folder' ? firstNames(folder, NAMES) : [];
}

/** The first file that the location names. @throws ImgstoreError NOT_FOUND for a pattern or a set of which none is there. */
function firstPathOf(location: string): string {
  const path = firstPath(location);
  if (path === undefined) {
    const hint = hintOfSet(location);
    throw new ImgstoreError('NOT_FOUND', isPattern(location) ? 'no file matches the pattern' : 'no file of such a set is there', { location, ...hint !== undefined && { hint } });
  }
  return path;
}

/** For a folder of files whose names say nothing: what the first of them is, where one format knows it. */
async function innerOf({ path, isDirectory }: Probe, readable: readonly Format[], formats: Formats): Promise<string | undefined> {
  const name = isDirectory ? namesIn(path).find((one) => !one.startsWith('.') && pathFacts(joinPath(path, one))?.kind === 'file') : undefined;
  if (name === undefined) return undefined;
  const [claim, another] = await claimsOf(probeOf(joinPath(path, name)), readable, formats);
  if (claim === undefined || another !== undefined) return undefined;
  const { adapter: { format }, detection: { certain, evidence } } = claim;
  return `${quote(name)} in it is ${format}, by ${evidence}: name that file${certain ? `, or try --from ${format}` : ''}`;
}

/** The formats that have all of these options for reading. */
async function ownersOf(names: readonly string[], readable: readonly Format[], formats: Formats): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const adapters = await Promise.all(readable.map((format) => loadIfInstalled(format, formats)));
  return adapters.flatMap((adapter) => adapter && names.every((name) => isReadOption(adapter, name)) ? [adapter.format] : []);
}

function isReadOption({ options }: Adapter, name: string): boolean {
  const spec = new Map<string, OptionSpec<unknown>>(Object.entries(options)).get(name);
  return spec !== undefined && spec.for !== 'write';
}

function notAStore(location: string, probe: Probe, asked: readonly Format[], formats: Formats, { owners, inner }: { readonly owners: readonly string[]; readonly inner: string | undefined }): ImgstoreError {
  const sought = asked.map(soughtBy).join('; ');
  return new ImgstoreError('NOT_A_STORE', `${lookOf(probe)}${beginningOf(probe)}; looked for ${sought}`, {
    location,
    hint: inner ?? pictureOf(probe, asked) ?? tableOf(probe, asked) ?? `if you know what it is, say so with --from ${owners.length === 0 ? 'NAME' : `${owners.join(' or --from ')}, as the options given say`}${namesakesOf(location, formats)}`,
  });
}

/** One image is a store that nobody guesses. */
function pictureOf({ head }: Probe, asked: readonly Format[]): string | undefined {
  return sniffImage(head) !== undefined && hasImages(asked) ? 'to read it as a store of one sample: --from images' : undefined;
}

/** A table whose columns do not say which of them holds paths of images. */
function tableOf({ path, isDirectory }: Probe, asked: readonly Format[]): string | undefined {
  return !isDirectory && TABLE.test(path) && hasImages(asked) ? 'if it is a table of image files: --from images --src-opt fileColumn=NAME, the column of their paths' : undefined;
}

const TABLE = /\.(?:csv|tsv|jsonl|ndjson)$/i;

function hasImages(asked: readonly Format[]): boolean {
  return asked.some((format) => !isPlugin(format) && format.format === 'images');
}

/** Plugins that are not asked, since they were not declared for this, and whose manifests have the end of the name. */
function namesakesOf(location: string, formats: Formats): string {
  const name = basename(location).toLowerCase();
  const found = formats.dependencies().flatMap(({ plugin }) => plugin?.manifest?.extensions.some((extension) => name.endsWith(extension)) ? [plugin.manifest] : []);
  return found.map((manifest) => `; ${manifest.package} has ${quote(extname(name))}: --from ${manifest.format}`).join('');
}

/** What a format is recognised by. A built-in that is not there was not asked. */
function soughtBy(format: Format): string {
  const manifest = manifestOf(format);
  if (manifest === undefined) return isPlugin(format) ? format.package : `${format.format} (not installed)`;
  return `${manifest.format}${manifest.detects === undefined ? '' : ` (${manifest.detects})`}`;
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
    return names.length === 0 ? 'an empty folder' : `a folder with ${quote(joinPath(basename(path), names[0] ?? ''))}${names.length > 1 ? ` and ${names.length - 1} more` : ''}`;
  }
  if (size === 0) return 'an empty file';
  const image = sniffImage(head);
  if (image) return `one ${image.format.toUpperCase()} image`;
  return recogniseContent(head) ?? (size < SHOWN_BYTES ? `a file of ${formatCounted(size, 'byte')}` : 'unknown content');
}
