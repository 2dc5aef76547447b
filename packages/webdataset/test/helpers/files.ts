export { all, each, failureOf, sha256, temporaryFolder } from '../../../../tools/jest/helpers.js';
