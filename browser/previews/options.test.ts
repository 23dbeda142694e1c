import assert from "node:assert/strict";
import test from "node:test";
import { readScript } from "../shared/script.ts";
import { readOptions } from "./options.ts";

function read(attributes: Record<string, string>): { options: ReturnType<typeof readOptions>; complaints: string[] } {
  const complaints: string[] = [];
  const script = readScript({ src: "https://prickle.example/static/previews.js", getAttribute: (name) => attributes[name] ?? null });
  return { options: readOptions(script, (sentence) => complaints.push(sentence)), complaints };
}

test("a token is all that has to be said", () => {
  const { options, complaints } = read({ "data-token": "phc_1" });
  assert.equal(options?.host, "https://prickle.example");
  assert.equal(options?.hasButton, true);
  assert.equal(options?.theme, "light");
  assert.equal(options?.texts.heading, "Feature previews");
  assert.deepEqual(complaints, []);
});

test("what is missing is said", () => {
  const { options, complaints } = read({});
  assert.equal(options, null);
  assert.deepEqual(complaints, ["data-token is missing: it names the project"]);
});

test("what makes no sense is said, and the rest holds", () => {
  const { options, complaints } = read({ "data-token": "phc_1", "data-groups": "acme", "data-texts": "[1]", "data-theme": "blue", "data-button": "false" });
  assert.equal(options?.groups, undefined);
  assert.equal(options?.theme, "light");
  assert.equal(options?.hasButton, false);
  assert.deepEqual(complaints, ["data-groups is not a JSON object", "data-texts is not a JSON object", 'data-theme is "blue", and may be light, dark or auto']);
});

test("a page brings its own sentences, and the rest stays English", () => {
  const { options } = read({ "data-token": "phc_1", "data-texts": '{"close":"Schließen","unknown":"x","send":1}', "data-heading": "Vorschau" });
  assert.equal(options?.texts.close, "Schließen");
  assert.equal(options?.texts.send, "Send");
  assert.equal(options?.texts.heading, "Vorschau");
  assert.ok(!("unknown" in options!.texts));
});
