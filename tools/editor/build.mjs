// Writes templates/pages/static/editor.js, and beside it the licences of what it holds.
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const out = "../../templates/pages/static/editor";
const done = await build({
  entryPoints: ["editor.js"], outfile: `${out}.js`, bundle: true, minify: true, format: "iife", target: "es2020",
  legalComments: "none", metafile: true,
});
const names = Object.keys(done.metafile.inputs).map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
const packages = [...new Set(names.filter(Boolean))].sort();
const texts = packages.map((name) => {
  const { version, license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`));
  return `${name} ${version} (${license})\n\n${readFileSync(`node_modules/${name}/LICENSE`)}`;
});
writeFileSync(`${out}.LICENSE`, texts.join("\n\n---\n\n"));
