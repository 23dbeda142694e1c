import assert from "node:assert/strict";
import test from "node:test";
import { FakePostHog, preview } from "../tests/previews.ts";
import { FakeWorld } from "../tests/world.ts";
import { Board, type Change } from "./board.ts";
import { Visitor } from "./visitor.ts";
import type { Preview } from "./wire.ts";

function board(world: FakeWorld, posthog: FakePostHog | null = new FakePostHog("ann")) {
  const [complaints, changes]: [string[], Change[]] = [[], []];
  const options = { token: "phc_1", distinctId: undefined, identity: undefined, groups: undefined };
  const made = new Board("https://prickle.example", new Visitor(options, world, () => posthog), world, (sentence) => complaints.push(sentence));
  made.onChange((change) => changes.push(change));
  return { board: made, complaints, changes, posthog: posthog! };
}

const listed = (...previews: Preview[]) => ({ status: 200, body: { previews, news: [] } });
const enrolled = (own: Partial<Preview>, enabled: boolean) => ({ status: 200, body: { preview: preview(own), flagKey: "new-nav", enabled } });

test("a list is loaded, then it is there", async () => {
  const world = new FakeWorld(listed(preview()));
  const { board: it, changes } = board(world);
  const loading = it.load();
  assert.equal(it.phase, "loading");
  await loading;
  assert.equal(it.phase, "ready");
  assert.deepEqual(it.previews, [preview()]);
  assert.deepEqual(changes, [{ kind: "phase" }, { kind: "phase" }]);
  assert.deepEqual(world.bodies, [{ token: "phc_1", distinct_id: "ann" }]);
});

test("a list that does not come has failed; a later one is there", async () => {
  const world = new FakeWorld("unreachable", "unreachable", listed(preview()));
  const { board: it } = board(world);
  await it.load();
  assert.equal(it.phase, "failed");
  await it.load();
  assert.equal(it.phase, "ready");
});

test("what is shown stays when it cannot be loaded again", async () => {
  const world = new FakeWorld(listed(preview()));
  const { board: it } = board(world);
  await it.load();
  await it.load();
  assert.equal(it.phase, "ready");
  assert.equal(it.previews.length, 1);
});

test("an answer of the wrong shape is none", async () => {
  const { board: it } = board(new FakeWorld({ status: 200, body: { hello: 1 } }));
  assert.deepEqual(await it.load(), { problem: { status: 502, detail: "" } });
  assert.equal(it.phase, "failed");
});

test("nobody's list says in the console what is missing", async () => {
  const world = new FakeWorld();
  const { board: it, complaints } = board(world, null);
  await it.load();
  assert.equal(it.phase, "failed");
  assert.equal(world.sent.length, 0);
  assert.deepEqual(complaints, ["nobody says who the visitor is: give data-distinct-id, or load posthog-js so that window.posthog is there"]);
});

test("news are told once by the server, and stay until they are put away", async () => {
  const item = { id: "n1", previewId: "0198", name: "New nav", kind: "promoted", text: "New nav is in beta now." };
  const world = new FakeWorld({ status: 200, body: { previews: [], news: [item] } }, { status: 200, body: {} }, listed());
  const { board: it } = board(world);
  await it.load();
  await it.seen();
  await it.load();
  assert.deepEqual(it.news, [item]);
  assert.deepEqual(world.bodies[1], { token: "phc_1", distinct_id: "ann", opened: true });
  it.dismiss(item);
  assert.deepEqual(it.news, []);
});

test("a choice is sent with the session, and the flags follow", async () => {
  const world = new FakeWorld(listed(preview()), enrolled({ state: "enabled" }, true), listed(preview({ state: "enabled" })));
  const { board: it, changes, posthog } = board(world);
  await it.load();
  await it.enroll("new-nav", { enabled: true });
  assert.deepEqual(world.bodies[1], { token: "phc_1", distinct_id: "ann", flag: "new-nav", enabled: true, source: "widget", session_id: "session-1" });
  assert.equal(world.sent[1]?.address, "https://prickle.example/api/previews/enroll");
  assert.deepEqual(posthog.told, [{ "$feature_enrollment/new-nav": true }, true]);
  assert.deepEqual(changes.at(-1), { kind: "enrolled", preview: preview({ state: "enabled" }), enabled: true });
});

test("on and off again in a hurry: both are sent in their order, and the last one is followed", async () => {
  const world = new FakeWorld(listed(preview()), enrolled({ state: "enabled" }, true), enrolled({ state: "disabled" }, false));
  const { board: it, posthog, changes } = board(world);
  await it.load();
  await Promise.all([it.enroll("new-nav", { enabled: true }), it.enroll("new-nav", { enabled: false })]);
  assert.deepEqual(world.bodies.slice(1, 3).map(({ enabled }) => enabled), [true, false]);
  assert.deepEqual(posthog.told, [{ "$feature_enrollment/new-nav": false }, true]);
  // Nothing flickers: the first answer is no longer what is shown.
  assert.deepEqual(changes.filter(({ kind }) => kind === "preview"), [{ kind: "preview", preview: preview({ state: "disabled" }) }]);
});

test("why it was switched off is no new choice", async () => {
  const world = new FakeWorld(listed(preview({ state: "disabled" })), enrolled({ state: "disabled" }, false));
  const { board: it, posthog } = board(world);
  await it.load();
  await it.enroll("new-nav", { enabled: false, feedback: "too many columns" });
  assert.equal(world.bodies[1]?.["feedback"], "too many columns");
  assert.deepEqual(posthog.told, []);
});

test("a refusal keeps the server's sentence", async () => {
  const world = new FakeWorld(listed(preview()), { status: 403, body: { detail: "Your company decides about this." } });
  const { board: it, changes } = board(world);
  await it.load();
  const answer = await it.enroll("new-nav", { enabled: true });
  assert.equal(answer.problem?.status, 403);
  assert.deepEqual(changes.at(-1), { kind: "refused", preview: preview(), detail: "Your company decides about this." });
});

test("after a choice the list is asked for again, since one preview can need another", async () => {
  const needed = preview({ id: "0199", flagKey: "search", canChoose: false, reason: "Switch on \"New nav\" first: this builds on it." });
  const world = new FakeWorld(listed(preview(), needed), enrolled({ state: "enabled" }, true), listed(preview({ state: "enabled" }), { ...needed, canChoose: true, reason: null }));
  const { board: it } = board(world);
  await it.load();
  const loaded = new Promise<void>((resolve) => it.onChange(({ kind }) => kind === "phase" && resolve()));
  await it.enroll("new-nav", { enabled: true });
  await loaded;
  assert.equal(it.previews[1]?.canChoose, true);
});

test("where too many codes were tried, the list comes without one", async () => {
  const world = new FakeWorld({ status: 429, body: { detail: "Too many invite codes were tried from here; wait a few minutes." } }, listed(preview()));
  const { board: it } = board(world);
  it.code = "welcome";
  await it.load();
  assert.equal(it.phase, "ready");
  assert.deepEqual(world.bodies.map(({ code }) => code), ["welcome", undefined]);
});

test("a choice made on another device corrects what posthog-js remembers of this one", async () => {
  const world = new FakeWorld(listed(preview({ state: "disabled" })));
  const { board: it, posthog } = board(world);
  posthog.flags["new-nav"] = true;
  await it.load();
  assert.deepEqual(posthog.told, [{ "$feature_enrollment/new-nav": false }, true]);
});

test("of two questions the later one counts, whichever is answered first", async () => {
  const world = new FakeWorld();
  const { board: it, posthog } = board(world);
  let answerFirst = (_: Response): void => {};
  const slow = new Promise<Response>((resolve) => (answerFirst = resolve));
  const real = world.fetch.bind(world);
  const first = await new Promise<ReturnType<typeof it.load>[]>((reached) => {
    world.fetch = () => {
      reached([loading]);
      return slow;
    };
    const loading = it.load();
  });
  world.fetch = real;
  posthog.distinctId = "bob";
  it.clear();
  world.answer(listed(preview({ name: "For Bob" })));
  await it.load();
  answerFirst({ ok: true, status: 200, json: () => Promise.resolve({ previews: [preview({ name: "For Ann" })], news: [] }) } as Response);
  await first[0];
  assert.deepEqual(it.previews.map(({ name }) => name), ["For Bob"]);
});
