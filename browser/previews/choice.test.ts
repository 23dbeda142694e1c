import assert from "node:assert/strict";
import test from "node:test";
import { preview } from "../tests/previews.ts";
import { choiceOf } from "./choice.ts";

const company = { type: "company", key: "acme", isEnabled: true, mayChoose: false };
const off = { kind: "switch", isOn: false, isLocked: false };
const on = { kind: "switch", isOn: true, isLocked: false };

test("who has said nothing sees what the flag is for them", () => {
  assert.deepEqual(choiceOf(preview(), undefined), off);
  assert.deepEqual(choiceOf(preview(), false), off);
  assert.deepEqual(choiceOf(preview(), true), on);
  // Without posthog-js the list says it; with it, the page's own flags know better.
  assert.deepEqual(choiceOf(preview({ isOn: true }), undefined), on);
  assert.deepEqual(choiceOf(preview({ isOn: true }), false), off);
});

test("one's own word counts, whatever the flag would be without it", () => {
  assert.deepEqual(choiceOf(preview({ state: "disabled" }), true), off);
  assert.deepEqual(choiceOf(preview({ state: "enabled" }), false), on);
});

test("a concept takes interest only", () => {
  assert.deepEqual(choiceOf(preview({ stage: "concept" }), true), { kind: "interest", isRegistered: false, wantsIt: false });
  assert.deepEqual(choiceOf(preview({ stage: "concept", state: "interested", wantsIt: true }), false), { kind: "interest", isRegistered: true, wantsIt: true });
});

test("without a seat there is the waiting list, and a way out of it", () => {
  assert.deepEqual(choiceOf(preview({ seatsLeft: 0 }), false), { kind: "join" });
  assert.deepEqual(choiceOf(preview({ seatsLeft: 0, state: "waiting", position: 3 }), false), { kind: "leave", position: 3 });
  assert.deepEqual(choiceOf(preview({ seatsLeft: 0, state: "enabled" }), true), on);
});

test("a group that decides holds the switch", () => {
  assert.deepEqual(choiceOf(preview({ canChoose: false, group: company }), undefined), { kind: "switch", isOn: true, isLocked: true });
  assert.deepEqual(choiceOf(preview({ canChoose: false, state: "enabled", group: { ...company, isEnabled: false } }), true), { kind: "switch", isOn: false, isLocked: true });
});

test("a preview that waits for another one is locked in the state it is in", () => {
  assert.deepEqual(choiceOf(preview({ canChoose: false, reason: "Switch on \"Search\" first: this builds on it." }), false), { kind: "switch", isOn: false, isLocked: true });
  assert.deepEqual(choiceOf(preview({ canChoose: false, group: { ...company, isEnabled: null } }), true), { kind: "switch", isOn: true, isLocked: true });
});

test("a group that does not insist is overruled", () => {
  assert.deepEqual(choiceOf(preview({ group: company }), undefined), on);
  assert.deepEqual(choiceOf(preview({ group: company, state: "disabled" }), undefined), off);
});
