import { decodeUtf8 } from '@imgstore/core';
import type { Detection, Probe } from '@imgstore/core';
import { hasImageExtension } from './format.js';
import { FILE_COLUMNS } from './mapping/survey.js';
import { OWN_COLUMNS } from './mapping/typed.js';

/** So many class folders are looked into, and so many folders in each of them. */
const FOLDERS = 10;
const FOLDERS_BELOW = 3;
const DEPTH = 2;
/** So many lines of a text decide. */
const LINES = 20;

/** Whether a folder holds images, or class folders of them; whether a text is a list or a manifest. Never certain: other stores have images beside them. */
export async function detectImages(probe: Probe): Promise<Detection | undefined> {
  const evidence = probe.isDirectory ? await evidenceOfFolder(probe) : evidenceOfFile(probe);
  return evidence === undefined ? undefined : { certain: false, evidence };
}

async function evidenceOfFolder(probe: Probe): Promise<string | undefined> {
  const names = (await probe.names()).filter((name) => !name.startsWith('.'));
  const images = names.filter(hasImageExtension);
  if (images.length > 0) return `names of images (${images.length} of ${names.length}), e.g. ${images[0]}`;
  const manifest = names.find((name) => /^metadata\.(?:jsonl|csv)$/.test(name));
  if (manifest !== undefined) return `a folder with ${manifest}`;
  for (const name of names.slice(0, FOLDERS)) {
    const image = await imageBelow(probe, name, DEPTH);
    if (image !== undefined) return `class folders, e.g. ${name} with ${image}`;
  }
  return undefined;
}

/** An image in a folder or in the first folders below it. */
async function imageBelow(probe: Probe, folder: string, depth: number): Promise<string | undefined> {
  const names = (await probe.names(folder)).filter((name) => !name.startsWith('.'));
  const image = names.find(hasImageExtension);
  if (image !== undefined || depth === 1) return image;
  for (const name of names.slice(0, FOLDERS_BELOW)) {
    const below = await imageBelow(probe, `${folder}/${name}`, depth - 1);
    if (below !== undefined) return `${name}/${below}`;
  }
  return undefined;
}

function evidenceOfFile({ head, size }: Probe): string | undefined {
  const end = head.length < size ? head.lastIndexOf(0x0a) : head.length;
  const text = decodeUtf8(head.subarray(0, end));
  if (text === undefined || text.includes('\0')) return undefined;
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n|\r/).filter((line) => line.trim() !== '').slice(0, LINES);
  const [first] = lines;
  if (first === undefined) return undefined;
  if (first.startsWith('{')) {
    // Only file_name means nothing else, however deep it stands.
    const key = FILE_COLUMNS.find((name) => namesImage(name, new RegExp(`^\\{${name === OWN_COLUMNS.file ? '.' : '[^{[]'}*"${name}"\\s*:\\s*"([^"]*)"`).exec(first)?.[1]));
    return key === undefined ? undefined : `JSON objects with "${key}"`;
  }
  const column = fileColumnOf(lines);
  if (column !== undefined) return `a table with the column ${column}`;
  return lines.every((line) => isListLine(line)) ? 'lines of the path of an image and a label' : undefined;
}

/** The column of the paths of a table of images, by its first two lines; undefined: it is none. */
export function fileColumnOf([header = '', row = '']: readonly string[]): string | undefined {
  const [columns, cells] = [header, row].map((line) => line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"|"$/g, '')));
  return FILE_COLUMNS.find((name) => {
    const at = columns?.indexOf(name) ?? -1;
    return at >= 0 && namesImage(name, cells?.[at] ?? '');
  });
}

/** Whether what stands under such a name is the path of an image: under `file_name` whatever it is. */
function namesImage(name: string, value: string | undefined): boolean {
  return value !== undefined && (name === OWN_COLUMNS.file || hasImageExtension(value));
}

function isListLine(line: string): boolean {
  const [, path = ''] = /^(.*\S)[ \t]+\S+\s*$/.exec(line) ?? [];
  return hasImageExtension(path);
}
