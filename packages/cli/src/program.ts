import { LIMITS } from '@imgstore/core';
import type { LossKind } from '@imgstore/convert';
import { formatBytes, formatCount } from './output.js';

/** One flag, as data: the parser, the help and the documents are made from it. */
export interface Flag {
  /** One letter. */
  readonly short?: string;
  /** Without the dashes. */
  readonly long: string;
  /** What stands for the value in the help; absent: the flag takes none. */
  readonly value?: string;
  /** May be given more than once. */
  readonly isList?: boolean;
  /** One line. */
  readonly description: string;
}

/** A command, as data. */
export interface CommandSpec {
  readonly name: 'convert' | 'inspect' | 'extract' | 'formats' | 'plugins';
  readonly alias?: string;
  /** `SRC`; `[NAME]` may be left out. */
  readonly operands: readonly string[];
  readonly summary: string;
  /** What the help says before the flags; lines. */
  readonly details: readonly string[];
  readonly flags: readonly Flag[];
  /** Paragraphs of the help behind the flags. */
  readonly notes?: readonly { readonly title: string; readonly lines: readonly string[] }[];
  readonly examples: readonly { readonly command: string; readonly comment: string }[];
}

/** Flags that every command has. */
export const GLOBAL_FLAGS: readonly Flag[] = [
  { short: 'h', long: 'help', description: 'show this help' },
  { short: 'V', long: 'version', description: 'show the version' },
  { short: 'v', long: 'verbose', description: 'tell more: the stack trace of an internal error, the causes of others' },
  { long: 'no-color', description: 'no colour on a terminal (so does the variable NO_COLOR)' },
];

/** The kinds of loss as `--allow` takes them, with what each means. */
export const LOSS_MEANINGS: readonly { readonly kind: LossKind; readonly meaning: string }[] = [
  { kind: 'key', meaning: 'a key is renamed or dropped' },
  { kind: 'order', meaning: 'samples move, as where DST sorts by key (allowed by default, counted)' },
  { kind: 'label', meaning: 'a label is dropped or narrowed' },
  { kind: 'classes', meaning: 'names of classes are dropped' },
  { kind: 'feature', meaning: 'a feature is dropped' },
  { kind: 'dtype', meaning: 'numbers are narrowed' },
  { kind: 'alpha', meaning: 'the alpha channel is dropped, or laid over a colour' },
  { kind: 'color', meaning: 'colours are converted (to gray, from CMYK)' },
  { kind: 'frames', meaning: 'all frames but the first are dropped' },
  { kind: 'encode', meaning: 'pixels go through a lossy encoding' },
  { kind: 'metadata', meaning: 'EXIF or ICC data is dropped (allowed by default, counted)' },
];

const plugin: Flag = { long: 'plugin', value: 'NAME', isList: true, description: 'use an adapter of a third party: a package, or a path as ./adapter.js; repeat' };
const json: Flag = { long: 'json', description: 'print one JSON document (its schema is in schema/ of this package)' };
const sourceOption: Flag = { long: 'src-opt', value: 'K=V', isList: true, description: 'an option of the source\'s format; repeat (imgstore formats NAME lists them)' };

const max: Flag = { long: 'max', value: 'LIST', isList: true, description: 'other limits, as record=2GiB,ratio=5000 (see below)' };
const limitNotes = {
  title: 'Limits',
  lines: Object.entries(LIMITS).map(([name, { description, unit, default: value }]) => `${name.padEnd(10)}${description} (default ${unit === 'bytes' ? formatBytes(value) : formatCount(value)})`),
};

/** Every command. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'convert',
    operands: ['SRC', 'DST'],
    summary: 'move samples from one store to another',
    details: [
      'Images, labels and features arrive as they are; encoded images are copied byte for byte. What DST cannot hold is a loss:',
      'it is refused, with exit code 6, unless --allow names its kind. DST appears when it is complete, never before.',
      '',
      'SRC is a file, a folder, a pattern in quotes or NAME@N for N shards. DST is what will be made.',
      '',
      'An image that is already as asked is copied; others are decoded, and become pixels where DST holds them, else PNG.',
      'With --split, {split} in DST and in --dst-opt is the name of the part; without it DST gets -NAME before its extension.',
    ],
    flags: [
      { short: 'f', long: 'from', value: 'NAME', description: 'format of SRC (default: told by its content)' },
      { short: 't', long: 'to', value: 'NAME', description: 'format of DST (default: told by its name)' },
      { long: 'plan', description: 'read SRC, print what would happen, write nothing' },
      { long: 'allow', value: 'KIND', isList: true, description: 'accept a kind of loss (see below); repeat, or KIND,KIND' },
      { long: 'map', value: 'MAP', isList: true, description: 'FEATURE=@ROLE (@image, @label, @class, @key) or OLD=NEW; repeat' },
      { long: 'key', value: 'RULE', description: 'keys in DST: auto (default), keep, ordinal, ordinal-key, name (of a file, without folders)' },
      { long: 'classes', value: 'FILE', description: 'names of labels that have none, as labels.txt: one a line, or LABEL:NAME' },
      { long: 'label-offset', value: 'N', description: 'add N to every label; lists of class names move along' },
      { long: 'codec', value: 'WHAT', description: 'copy (default: images as they are where DST holds them), raw (pixels), png, jpeg or webp' },
      { long: 'quality', value: 'N', description: 'of --codec jpeg (default 95) and webp (default: lossless), 1 to 100' },
      { long: 'orientation', value: 'WHAT', description: 'of images turned by EXIF, where pixels are decoded: keep them so, or apply it' },
      { long: 'alpha', value: 'WHAT', description: 'take alpha away: drop it, or lay it over a colour, RRGGBB' },
      { long: 'channels', value: 'N', description: 'make all images gray (1), gray with alpha (2), colour (3) or colour with alpha (4)' },
      { long: 'resize', value: 'WxH', description: 'to this size: stretched, or WxH:fit (inside), WxH:cover (cut off evenly)' },
      { long: 'scale', value: 'F', description: 'with --dtype D: times a number or fraction, 1/255, or range: all of its dtype to all of D' },
      { long: 'dtype', value: 'D', description: 'the numbers of pixels: uint8, uint16, float32 and so on' },
      { long: 'layout', value: 'AXES', description: 'of pixels in DST, where it has a choice: hwc, chw or hw' },
      { long: 'color', value: 'ORDER', description: 'of pixels in DST, where it has a choice: rgb or bgr' },
      { long: 'shuffle', value: 'SEED', description: 'in an order that the number SEED decides; --plan says how, and with how much memory' },
      { long: 'split', value: 'PARTS', description: 'several DSTs: train=0.9,val=0.1 (of every class) or val=5000,train=rest (in order)' },
      { long: 'shards', value: 'N', description: 'write N files, DST-00000-of-0000N and so on' },
      { long: 'shard-size', value: 'BYTES', description: 'begin a new such file where one would get larger than, e.g., 256MiB' },
      { long: 'skip', value: 'N', description: 'leave out the first N samples' },
      { long: 'limit', value: 'N', description: 'take at most N samples' },
      { long: 'overwrite', description: 'replace what is at DST, once the new content is complete' },
      { long: 'on-error', value: 'WHAT', description: 'at a sample that cannot be read: fail (default), or skip it; the report lists what was skipped' },
      max,
      sourceOption,
      { long: 'dst-opt', value: 'K=V', isList: true, description: 'an option of the target\'s format; repeat' },
      plugin,
      json,
      { short: 'q', long: 'quiet', description: 'no progress, no report' },
    ],
    notes: [{ title: 'Kinds of loss', lines: LOSS_MEANINGS.map(({ kind, meaning }) => `${kind.padEnd(10)}${meaning}`) }, limitNotes],
    examples: [
      { command: 'imgstore convert cifar_lmdb out/train --to tfrecord --shards 4 --plan', comment: 'see what would happen' },
      { command: 'imgstore convert cifar_lmdb out/train --to tfrecord --shards 4', comment: 'do it: four files, out/train-00000-of-00004.tfrecord and so on' },
      { command: "imgstore convert 'out/train-*-of-00004.tfrecord' back_lmdb --to lmdb", comment: 'and back' },
      { command: 'imgstore convert photos.tfrecord small_lmdb --to lmdb --resize 256x256 --codec jpeg --allow encode', comment: 'smaller JPEGs' },
      { command: "imgstore convert all.tfrecord 'out/{split}.tfrecord' --split train=0.9,val=0.1 --shuffle 7", comment: 'two files: 9 of 10 of every class, and 1 of 10' },
    ],
  },
  {
    name: 'inspect',
    alias: 'info',
    operands: ['SRC'],
    summary: 'what is this? its format, features and first samples',
    details: ['Reads the beginning of SRC. Presence of features is counted over the samples that were read, whose number is printed.'],
    flags: [
      { short: 'f', long: 'from', value: 'NAME', description: 'format of SRC (default: told by its content)' },
      { long: 'scan', value: 'N', description: 'samples to read (default 20)' },
      { long: 'samples', value: 'N', description: 'samples to show, of those read (default 3)' },
      max,
      sourceOption,
      plugin,
      json,
    ],
    notes: [limitNotes],
    examples: [
      { command: 'imgstore inspect cifar_lmdb', comment: 'see what a database holds' },
      { command: "imgstore inspect 'train-*-of-00004.tfrecord' --json", comment: 'a set of shards, as JSON for a program' },
    ],
  },
  {
    name: 'extract',
    operands: ['SRC', 'KEY'],
    summary: 'the image of one sample, its stored record or its fields',
    details: [
      'The image goes to standard output, or to a file with -o, byte for byte as it is stored. What is stored as pixels becomes',
      'an image file where the name behind -o ends so: .png, .jpg or .webp. KEY is the key as inspect shows it; where a store',
      'has no keys, the ordinal from 00000000 on.',
    ],
    flags: [
      { short: 'o', long: 'out', value: 'FILE', description: 'write to this file, which appears when it is complete' },
      { long: 'overwrite', description: 'replace the file' },
      { long: 'raw', description: 'the stored record instead: the value in LMDB, the message in a TFRecord' },
      { ...json, description: 'the fields instead of the image, as one JSON document (schema/sample.json of this package)' },
      { short: 'f', long: 'from', value: 'NAME', description: 'format of SRC (default: told by its content)' },
      max,
      sourceOption,
      plugin,
    ],
    notes: [limitNotes],
    examples: [
      { command: 'imgstore extract train.tfrecord 00000041 -o cup.jpg', comment: 'take one image out' },
      { command: 'imgstore extract cifar_lmdb 00000041_cup.png --json', comment: 'see every field of a sample' },
    ],
  },
  {
    name: 'formats',
    operands: ['[NAME]'],
    summary: 'the formats, what each can hold, and their options',
    details: ['Without NAME, a table of all formats; with NAME, the options of that one.'],
    flags: [plugin, json],
    examples: [
      { command: 'imgstore formats', comment: 'list the formats' },
      { command: 'imgstore formats tfrecord', comment: 'see what --src-opt and --dst-opt take' },
    ],
  },
  {
    name: 'plugins',
    operands: ['list|doctor', '[NAME]'],
    summary: 'adapters of third parties: what is declared, and whether one works',
    details: [
      'list reads what --plugin, imgstore.config.json in this folder and the dependencies of the nearest package.json declare,',
      'and loads nothing. doctor NAME loads that adapter and tries it with the quick cases of @imgstore/testkit, in temporary',
      'folders.',
    ],
    flags: [plugin, json],
    examples: [
      { command: 'imgstore plugins list', comment: 'see which adapters of third parties can be named here' },
      { command: 'imgstore plugins doctor ./my-adapter', comment: 'try an adapter before it is trusted with data' },
    ],
  },
];

/** What every exit code means, for the help and the documents. */
export const EXIT_CODES: readonly { readonly code: string; readonly meaning: string }[] = [
  { code: '0', meaning: 'done' },
  { code: '1', meaning: 'the answer is no: plugins doctor found a fault' },
  { code: '2', meaning: 'wrong use: an unknown command, flag, option or value' },
  { code: '3', meaning: 'the input is not there or cannot be read' },
  { code: '4', meaning: 'the format is not recognised, or its package is missing' },
  { code: '5', meaning: 'the input is damaged, above a limit or of a kind that is not supported' },
  { code: '6', meaning: 'refused: data would be lost (see --allow)' },
  { code: '7', meaning: 'the output exists, cannot be written, or the disk is full' },
  { code: '70', meaning: 'an internal error' },
  { code: '129, 130, 143', meaning: 'interrupted (SIGHUP, SIGINT, SIGTERM)' },
];
