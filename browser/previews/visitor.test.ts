import assert from "node:assert/strict";
import test from "node:test";
import type { PostHog } from "../shared/posthog.ts";
import { loadedPostHog } from "../shared/posthog.ts";
import { FakePostHog, preview } from "../tests/previews.ts";
import { FakeWorld } from "../tests/world.ts";
import { Visitor } from "./visitor.ts";

const nothing = { token: "phc_1", distinctId: undefined, identity: undefined, groups: undefined };
const visitor = (options: Partial<Record<keyof typeof nothing, unknown>>, find: () => PostHog | null = () => null) =>
  new Visitor({ ...nothing, ...options } as ConstructorParameters<typeof Visitor>[0], new FakeWorld(), find);

test("posthog-js says who somebody is, also when it was loaded later", async () => {
  let asked = 0;
  const posthog = new FakePostHog("ann", { company: "acme", team: 7 });
  const identity = await visitor({}, () => (++asked > 3 ? posthog : null)).identify();
  assert.deepEqual(identity, { token: "phc_1", distinct_id: "ann", groups: { company: "acme", team: "7" } });
});

test("the page's own word needs no posthog-js, and goes before its", async () => {
  assert.deepEqual(await visitor({ distinctId: "bob" }).identify(), { token: "phc_1", distinct_id: "bob" });
  const both = visitor({ distinctId: "bob", groups: { company: "beta" } }, () => new FakePostHog("ann", { company: "acme" }));
  assert.deepEqual(await both.identify(), { token: "phc_1", distinct_id: "bob", groups: { company: "beta" } });
});

test("a signed identity is handed on", async () => {
  assert.deepEqual(await visitor({ identity: "signed" }).identify(), { token: "phc_1", distinct_id: "", identity: "signed" });
});

test("without anything that says who it is, it is nobody", async () => {
  assert.equal(await visitor({}).identify(), null);
});

test("the snippet's place-holder is not yet posthog-js; a site app has an instance of its own", () => {
  const [stub, own] = [[] as unknown as PostHog, new FakePostHog("site")];
  Object.assign(globalThis, { window: { posthog: stub } });
  assert.equal(loadedPostHog("previews"), null);
  Object.assign(globalThis, { window: { posthog: stub, "__$$ph_site_app_previews": own } });
  assert.equal(loadedPostHog("previews"), own);
});

test("flags follow a choice, also to off", () => {
  const posthog = new FakePostHog("ann");
  visitor({}, () => posthog).follow(preview({ state: "disabled" }), false);
  assert.deepEqual(posthog.told, [{ "$feature_enrollment/new-nav": false }, true]);
});

test("interest and waiting say nothing about the flag: it is only asked anew", () => {
  const posthog = new FakePostHog("ann");
  visitor({}, () => posthog).follow(preview({ state: "interested", stage: "concept" }), false);
  assert.deepEqual(posthog.told, ["reload"]);
});

test("signing in is noticed, another answer about the same person is not taken for it", async () => {
  const posthog = new FakePostHog("anonymous");
  const heard: boolean[] = [];
  await visitor({}, () => posthog).onFlags((isSomebodyElse) => heard.push(isSomebodyElse));
  posthog.listener();
  posthog.distinctId = "ann";
  posthog.listener();
  posthog.listener();
  assert.deepEqual(heard, [false, true, false]);
});
