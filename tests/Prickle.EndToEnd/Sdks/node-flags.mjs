// Asks for all flags as a Node.js back end does: once by asking the server, once evaluating by itself.
// usage: node node-flags.mjs HOST TOKEN PERSONAL-KEY PEOPLE.json TOLD.json
// Writes {remote: [{flag: value}], local: [{flag: value}], payloads: [remote, local], config}; one entry for each of the people.
import { readFileSync, writeFileSync } from "node:fs";
import { PostHog } from "posthog-node";

const [host, token, personalApiKey, file, out] = process.argv.slice(2);
const people = JSON.parse(readFileSync(file, "utf8"));
const remote = new PostHog(token, { host });
const local = new PostHog(token, { host, personalApiKey, enableLocalEvaluation: true });
for (const client of [remote, local]) {
  client.on("error", (error) => {
    console.error(error);
    process.exitCode = 1;
  });
}
await local.waitForLocalEvaluationReady(10_000);

const told = { remote: [], local: [], payloads: [], config: await local.getRemoteConfigPayload("node-config") };
for (const { id, person, groups, groupProperties } of people) {
  const options = { personProperties: person, groups, groupProperties };
  const [asked, own] = [
    await remote.getAllFlagsAndPayloads(id, options),
    await local.getAllFlagsAndPayloads(id, { ...options, onlyEvaluateLocally: true }),
  ];
  told.remote.push(asked.featureFlags);
  told.local.push(own.featureFlags);
  told.payloads.push([asked.featureFlagPayloads, own.featureFlagPayloads]);
}
await remote.shutdown();
await local.shutdown();
writeFileSync(out, JSON.stringify(told));
