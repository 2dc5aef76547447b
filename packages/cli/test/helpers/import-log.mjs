// Preloaded with --import: appends the URL of every module that is loaded to the file that IMPORT_LOG names.
import { register } from 'node:module';

register(`data:text/javascript,${encodeURIComponent(`
  import { appendFileSync } from 'node:fs';
  export async function load(url, context, next) {
    appendFileSync(process.env.IMPORT_LOG, url + '\\n');
    return next(url, context);
  }
`)}`);
