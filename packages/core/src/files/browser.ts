// The browser's stand-in for the file part: bundlers take it by the "browser" condition of package.json.
export {};
