// Makes the scripts that run on customers' pages: one file each, small, in artifacts/browser. Called by the build of src/Prickle.
// usage: node browser/build.mjs
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
export const output = path.resolve(here, "../artifacts/browser");

/** A script's budget is what a visitor pays for it: bytes of the packed file. */
const scripts = [{ name: "previews", budget: 12 * 1024 }, { name: "messages", budget: 6 * 1024 }];

/** A sheet is imported as its text, without spaces and comments. */
const sheets = {
  name: "sheets",
  setup: (bundle) =>
    bundle.onLoad({ filter: /\.css$/ }, async ({ path: file }) => {
      const { code } = await transform(await readFile(file, "utf8"), { loader: "css", minify: true });
      return { contents: `export default ${JSON.stringify(code.trim())};`, loader: "js" };
    }),
};

/** @param {import("esbuild").BuildOptions} options */
export const bundle = (options) => build({ bundle: true, logLevel: "warning", plugins: [sheets], ...options });

async function make({ name, budget }) {
  const { outputFiles } = await bundle({
    entryPoints: [path.join(here, name, "index.ts")],
    write: false,
    minify: true,
    format: "iife",
    // The oldest browsers that have constructable style sheets, and mix colours in them.
    target: ["chrome111", "firefox113", "safari16.4"],
  });
  const text = outputFiles[0].text;
  const packed = gzipSync(text, { level: 9 }).length;
  // Two builds may run at once: a reader finds the old file or the new one, whole.
  await mkdir(output, { recursive: true });
  const target = path.join(output, `${name}.js`);
  await writeFile(`${target}.${process.pid}`, text);
  await rename(`${target}.${process.pid}`, target);
  return { name, budget, packed };
}

/** What became of each script; a budget that is not kept is the caller's to refuse. */
export const makeAll = () => Promise.all(scripts.map(make));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { name, budget, packed } of await makeAll()) {
    if (packed > budget) {
      console.error(`browser/build.mjs: error BROWSER1: ${name}.js has ${packed} bytes when packed, its budget is ${budget}`);
      process.exitCode = 1;
    }
  }
}
