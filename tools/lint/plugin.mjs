import { byteCopies } from './byte-copies.mjs';
import { directives } from './directives.mjs';
import { imports } from './imports.mjs';

/** The rules that are this project's own. */
export const imgstore = { meta: { name: 'imgstore' }, rules: { 'byte-copies': byteCopies, directives, imports } };
