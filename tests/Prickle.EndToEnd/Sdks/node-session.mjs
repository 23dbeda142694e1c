// What a Node.js back end does with the SDK.  usage: node node-session.mjs HOST TOKEN
import { PostHog } from "posthog-node";

const [host, token] = process.argv.slice(2);
const client = new PostHog(token, { host });
client.on("error", (error) => {
  console.error(error);
  process.exitCode = 1;
});
client.capture({ distinctId: "user-1", event: "plan changed", properties: { plan: "team" }, groups: { company: "acme" } });
client.identify({ distinctId: "user-1", properties: { email: "user-1@example.com" } });
client.alias({ distinctId: "user-1", alias: "account-7" });
client.groupIdentify({ groupType: "company", groupKey: "acme", properties: { name: "Acme" } });
await client.shutdown();
