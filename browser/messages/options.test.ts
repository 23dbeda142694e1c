import assert from "node:assert/strict";
import test from "node:test";
import { readScript } from "../shared/script.ts";
import { readOptions } from "./options.ts";

const script = (src: string, attributes: Record<string, string> = {}) => readScript({ src, getAttribute: (name: string) => attributes[name] ?? null });

test("the token is enough, in the script's address or an attribute", () => {
  const complaints: string[] = [];
  const expected = { host: "https://prickle.example", token: "phc_1", distinctId: undefined, closeText: "Close", theme: "auto" };
  assert.deepEqual(readOptions(script("https://prickle.example/static/messages.js?token=phc_1"), (one) => complaints.push(one)), expected);
  assert.deepEqual(readOptions(script("https://prickle.example/static/messages.js", { "data-token": "phc_1" }), (one) => complaints.push(one)), expected);
  assert.deepEqual(complaints, []);
});

test("without a token nothing can be done, and the console says so", () => {
  const complaints: string[] = [];
  assert.equal(readOptions(script("https://prickle.example/static/messages.js"), (one) => complaints.push(one)), null);
  assert.equal(readOptions(null, (one) => complaints.push(one)), null);
  assert.equal(complaints.length, 2);
});

test("a theme that there is not is said, and left out", () => {
  const complaints: string[] = [];
  const address = "https://prickle.example/static/messages.js?token=phc_1&distinct_id=ann&close_text=Weg&theme=sepia";
  assert.deepEqual(readOptions(script(address), (one) => complaints.push(one)), {
    host: "https://prickle.example", token: "phc_1", distinctId: "ann", closeText: "Weg", theme: "auto",
  });
  assert.equal(complaints.length, 1);
});
