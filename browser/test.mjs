// Checks the scripts for customers' pages: their types, their budgets, and what their tests say.
// usage: node browser/test.mjs
import { spawnSync } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { run } from "node:test";
import { fileURLToPath } from "node:url";
import { bundle, makeAll, output } from "./build.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));

/** Counts what passed and what failed, and says what failed and why. */
export async function testBrowser() {
  const count = { passed: 0, failed: 0 };
  const check = (name, holds, why = "") => {
    count[holds ? "passed" : "failed"]++;
    if (!holds) console.log(`failed: ${name} ${why}`);
  };

  const compiler = path.join(here, "../node_modules/typescript/bin/tsc");
  check("types", spawnSync(process.execPath, [compiler, "-p", here], { stdio: "inherit" }).status === 0);
  for (const { name, packed, budget } of await makeAll()) check(`budget of ${name}`, packed <= budget, `${packed} bytes of ${budget}`);

  const sources = (await readdir(here, { recursive: true })).filter((file) => file.endsWith(".test.ts"));
  const folder = path.join(output, "tests");
  await rm(folder, { recursive: true, force: true });
  await bundle({
    entryPoints: sources.map((file) => path.join(here, file)),
    outdir: folder, outbase: here, outExtension: { ".js": ".mjs" }, format: "esm", platform: "node", sourcemap: "inline",
  });
  const files = sources.map((file) => path.join(folder, file.replace(/\.ts$/, ".mjs")));
  for await (const { type, data } of run({ files, concurrency: true, timeout: 30_000 })) {
    if ((type !== "test:pass" && type !== "test:fail") || data.details.type === "suite") continue;
    // A file is reported as a test of its own; it counts only when it breaks.
    if (type === "test:pass" && files.includes(data.name)) continue;
    check(data.name, type === "test:pass" && !data.skip && !data.todo, data.details.error?.cause?.stack ?? data.details.error?.message ?? "");
  }
  return count;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { passed, failed } = await testBrowser();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
