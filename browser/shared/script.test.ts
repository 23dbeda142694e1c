import assert from "node:assert/strict";
import test from "node:test";
import { readScript } from "./script.ts";

const element = (src: string, attributes: Record<string, string> = {}) => ({ src, getAttribute: (name: string) => attributes[name] ?? null });

test("the product is where the script came from, also below a path", () => {
  assert.equal(readScript(element("https://prickle.example/static/previews.js"))?.host, "https://prickle.example");
  assert.equal(readScript(element("https://example.com:8443/prickle/static/previews.js?v=2"))?.host, "https://example.com:8443/prickle");
});

test("options are attributes of the element, or parameters of its address", () => {
  const script = readScript(element("https://prickle.example/static/previews.js?site_app=1&token=phc_1&distinct_id=ann&heading=New+things", { "data-heading": "Ours" }));
  assert.equal(script?.isSiteApp, true);
  assert.equal(script?.option("token"), "phc_1");
  assert.equal(script?.option("distinct-id"), "ann");
  assert.equal(script?.option("heading"), "Ours");
  assert.equal(script?.option("theme"), undefined);
});

test("a script without an address of its own says nothing", () => {
  assert.equal(readScript(null), null);
  assert.equal(readScript(element("")), null);
});
