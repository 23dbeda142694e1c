// Builds once, runs each test project, adds up their counts. Called by script/test.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { testBrowser } from "../browser/test.mjs";

const filter = process.argv[2];
const results = path.resolve("artifacts/test-results");
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const run = (command, args) => spawnSync(command, args, { stdio: "inherit" }).status ?? 1;

let status = run("dotnet", ["build", "Prickle.slnx", "-nologo", "-v", "quiet", "-clp:NoSummary"]);
if (status !== 0) {
  console.log("0 passed, 1 failed");
  process.exit(1);
}

let passed = 0;
let failed = 0;
for (const project of ["Prickle.Tests", "Prickle.EndToEnd"]) {
  const program = path.resolve(`artifacts/bin/${project}/debug/${project}.dll`);
  const report = path.join(results, `${project}.xml`);
  console.log(`\n== ${project}`);
  const args = [program, "-result-xml", report, "-noLogo", "-reporter", "quiet"];
  if (filter) args.push("-namespace", `${filter}*`);
  const exit = run("dotnet", args);
  if (!existsSync(report)) {
    console.log(`${project} wrote no report (exit ${exit})`);
    failed++;
    continue;
  }
  for (const [, attributes] of readFileSync(report, "utf8").matchAll(/<assembly ([^>]*)>/g)) {
    const count = (name) => Number(attributes.match(new RegExp(`\\b${name}="(\\d+)"`))?.[1] ?? 0);
    passed += count("passed");
    // A skipped test has tested nothing: it counts against the run.
    failed += count("failed") + count("errors") + count("skipped") + count("not-run");
  }
  if (exit !== 0) status = exit;
}

// The scripts for customers' pages have no namespace.
if (!filter) {
  console.log("\n== browser");
  const browser = await testBrowser();
  passed += browser.passed;
  failed += browser.failed;
}

console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : status);
