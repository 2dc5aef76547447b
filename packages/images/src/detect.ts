import { decodeUtf8 } from '@imgstore/core';
import type { Detection, Probe } from '@imgstore/core';
import { hasImageExtension } from './format.js';

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
  if (images.length > 0) return `${images.length} of ${names.length} names are of images, e.g. ${images[0]}`;
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
  if (first.startsWith('{')) return /^\{.*"file_name"\s*:\s*"/.test(first) ? 'JSON objects with "file_name"' : undefined;
  if (isTableHeader(first)) return 'a table with the column file_name';
  return lines.every((line) => isListLine(line)) ? 'lines of the path of an image and a label' : undefined;
}

/** Whether a line names the columns of a table of images. */
export function isTableHeader(line: string): boolean {
  return line.split(/[,;\t]/).map((column) => column.trim().replace(/^"|"$/g, '')).includes('file_name');
}

function isListLine(line: string): boolean {
  const [, path = ''] = /^(.*\S)[ \t]+\S+\s*$/.exec(line) ?? [];
  return hasImageExtension(path);
}
