// The commands of docs/adapters/write-one.md, as the script beside it runs them: from a clone of the last commit to a green kit, and on to a conversion.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect } from '../checks.mjs';
import { root } from '../run.mjs';
import { output } from './world.mjs';

/** Runs the guide in `folder`, and shows its transcript. */
export async function checkGuide(checks, folder) {
  mkdirSync(folder, { recursive: true });
  await checks.check('the guide leads from a clone to a green kit and a conversion', () => {
    const transcript = output('bash', [path.join(root, 'docs/adapters/guide.sh'), folder], root);
    console.log(transcript.replace(/^/gm, '    '));
    expect(/^[#ℹ] fail 0$/m.test(transcript), 'the kit did not pass');
    expect([...transcript.matchAll(/^Done +12 samples/gm)].length === 2, 'the samples were not converted');
    expect(/^\d+ cases of the kit passed, 0 failed/m.test(transcript), 'the doctor is not content');
    expect(/^from the clone to here: \d+ s$/m.test(transcript), 'it did not come to its end');
  });
}
