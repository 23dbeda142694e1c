import assert from "node:assert/strict";
import test from "node:test";
import { FakeWorld } from "../tests/world.ts";
import { type Draw, Messenger } from "./messenger.ts";
import type { Message } from "./wire.ts";

const message = (id: string, own: Partial<Message> = {}): Message => ({
  id, style: "toast", title: `Title ${id}`, body: "", button_text: "", button_url: "", position: "bottom", ...own,
});
const waiting = (...messages: unknown[]) => ({ status: 200, body: { messages } });
const first = { status: 200, body: { first: true } };
const second = { status: 200, body: { first: false } };

/** A page with one person in front of it; what is drawn is noted, and a test does what the person does. */
function page(world: FakeWorld, start: { id: string | null } = { id: "ann" }) {
  const events: string[] = [];
  const clock = { now: 1_000_000 };
  const visitor = start;
  let did: (moment: "closed" | "clicked") => void = () => assert.fail("nothing is shown");
  const draw: Draw = (shown, listener) => {
    events.push(`shown ${shown.id}`);
    did = listener;
    return { remove: () => void events.push(`removed ${shown.id}`) };
  };
  const identify = async () => (visitor.id ? { token: "phc_1", distinct_id: visitor.id } : null);
  const messenger = new Messenger("https://prickle.example", identify, world, draw, () => clock.now);
  const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
  return { messenger, events, clock, visitor, settle, does: async (moment: "closed" | "clicked") => { did(moment); await settle(); } };
}

const told = (world: FakeWorld) => world.bodies.map(({ id, what }) => (what ? `${what} ${id}` : "list"));

test("a message is claimed before it is shown, and what the person does is told", async () => {
  const world = new FakeWorld(waiting(message("1")), first, first);
  const it = page(world);
  await it.messenger.look();
  assert.deepEqual(it.events, ["shown 1"]);
  assert.deepEqual(told(world), ["list", "shown 1"]);
  assert.equal(world.sent[0]?.address, "https://prickle.example/api/messages");
  assert.equal(world.sent[1]?.address, "https://prickle.example/api/messages/seen");
  const { view, ...claim } = world.bodies[1]!;
  assert.deepEqual(claim, { token: "phc_1", distinct_id: "ann", id: "1", what: "shown" });
  assert.match(String(view), /^[0-9-]{7,64}$/);
  await it.does("closed");
  assert.deepEqual(it.events, ["shown 1", "removed 1"]);
  assert.deepEqual(told(world), ["list", "shown 1", "closed 1"]);
});

test("a message that another tab shows already is not shown", async () => {
  const world = new FakeWorld(waiting(message("1"), message("2")), second, first);
  const it = page(world);
  await it.messenger.look();
  assert.deepEqual(it.events, ["shown 2"]);
});

test("one is shown at a time; the next follows when it is closed", async () => {
  const world = new FakeWorld(waiting(message("1"), message("2")), first, first, first);
  const it = page(world);
  await it.messenger.look();
  assert.deepEqual(it.events, ["shown 1"]);
  await it.does("clicked");
  assert.deepEqual(it.events, ["shown 1", "removed 1", "shown 2"]);
  assert.deepEqual(told(world).sort(), ["clicked 1", "list", "shown 1", "shown 2"]);
});

test("a click closes the message and is told alone", async () => {
  const world = new FakeWorld(waiting(message("1")), first, first);
  const it = page(world);
  await it.messenger.look();
  await it.does("clicked");
  await it.does("closed");
  assert.deepEqual(told(world), ["list", "shown 1", "clicked 1"]);
});

test("messages are asked for once a minute at most, and at once for somebody else", async () => {
  const world = new FakeWorld(waiting(), waiting(), waiting());
  const it = page(world);
  await it.messenger.look();
  it.clock.now += 59_000;
  await it.messenger.look();
  assert.equal(world.sent.length, 1);
  it.clock.now += 1_000;
  await it.messenger.look();
  assert.equal(world.sent.length, 2);
  it.visitor.id = "bob";
  await it.messenger.look();
  assert.deepEqual(world.bodies[2], { token: "phc_1", distinct_id: "bob" });
});

test("while a message is there nothing is asked", async () => {
  const world = new FakeWorld(waiting(message("1")), first);
  const it = page(world);
  await it.messenger.look();
  it.clock.now += 600_000;
  await it.messenger.look();
  assert.equal(world.sent.length, 2);
});

test("nobody is asked for nothing", async () => {
  const world = new FakeWorld();
  await page(world, { id: null }).messenger.look();
  assert.equal(world.sent.length, 0);
});

test("a message whose claim nobody answers waits for another visit", async () => {
  const world = new FakeWorld(waiting(message("1")), "unreachable", "unreachable");
  const it = page(world);
  await it.messenger.look();
  assert.deepEqual(it.events, []);
});

test("a lost answer is asked for again with the same word of the page", async () => {
  const world = new FakeWorld(waiting(message("1")), "unreachable", first);
  const it = page(world);
  await it.messenger.look();
  assert.deepEqual(it.events, ["shown 1"]);
  assert.equal(world.bodies[1]!["view"], world.bodies[2]!["view"]);
});

test("an answer of another shape is no message", async () => {
  for (const body of [{}, { messages: "none" }, { messages: [{ id: 7 }] }, { messages: [null] }]) {
    const world = new FakeWorld({ status: 200, body });
    const it = page(world);
    await it.messenger.look();
    assert.deepEqual(it.events, []);
    assert.equal(world.sent.length, 1);
  }
});
