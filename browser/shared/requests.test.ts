import assert from "node:assert/strict";
import test from "node:test";
import { FakeWorld } from "../tests/world.ts";
import { ask, post } from "./requests.ts";

const address = "https://prickle.example/api/previews";

test("a question is plain text without cookies, so that no permission is asked for first", async () => {
  const world = new FakeWorld({ status: 200, body: { previews: [] } });
  assert.deepEqual(await post(world, address, { token: "phc_1" }), { value: { previews: [] } });
  const [sent] = world.sent;
  assert.equal(sent?.address, address);
  assert.equal(sent?.options.credentials, "omit");
  assert.equal(sent?.options.headers, undefined);
  assert.equal(sent?.options.body, '{"token":"phc_1"}');
});

test("a server that was not reached is asked once more", async () => {
  const world = new FakeWorld("unreachable", { status: 200, body: { previews: [] } });
  assert.deepEqual(await ask(world, address, {}), { value: { previews: [] } });
  assert.deepEqual(world.waits, [10_000, 500, 10_000]);
});

test("a server that fails twice has failed", async () => {
  const world = new FakeWorld({ status: 503, body: {} }, { status: 500, body: {} }, { status: 200, body: {} });
  assert.deepEqual(await ask(world, address, {}), { problem: { status: 500, detail: "" } });
  assert.equal(world.sent.length, 2);
});

test("a refusal is not asked again, and keeps the server's sentence", async () => {
  const world = new FakeWorld({ status: 403, body: { detail: "Your company decides about this." } });
  assert.deepEqual(await ask(world, address, {}), { problem: { status: 403, detail: "Your company decides about this." } });
  assert.equal(world.sent.length, 1);
});

test("a choice is never sent twice", async () => {
  const world = new FakeWorld("unreachable", { status: 200, body: {} });
  assert.deepEqual(await post(world, address, {}), { problem: { status: 0, detail: "" } });
  assert.equal(world.sent.length, 1);
});

test("who does not answer in ten seconds is not waited for", async () => {
  const world = new FakeWorld("silent");
  const answer = post(world, address, {});
  world.pass(10_000);
  assert.deepEqual(await answer, { problem: { status: 0, detail: "" } });
  assert.equal(world.sent[0]?.options.signal?.aborted, true);
});

test("an answer that is no JSON is none", async () => {
  const world = new FakeWorld({ status: 200, body: undefined });
  assert.deepEqual(await post(world, address, {}), { problem: { status: 502, detail: "" } });
});
