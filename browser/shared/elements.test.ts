import assert from "node:assert/strict";
import test from "node:test";
import { webAddress } from "./elements.ts";

test("links lead to the web and nowhere else", () => {
  assert.equal(webAddress("https://example.com/docs?a=1#b"), "https://example.com/docs?a=1#b");
  assert.equal(webAddress("http://localhost:8000/"), "http://localhost:8000/");
  for (const hostile of ["javascript:alert(1)", " JaVaScript:alert(1)", "java\nscript:alert(1)", "data:text/html,<script>", "vbscript:x", "file:///etc/passwd", "", "/docs", "no address"]) {
    assert.equal(webAddress(hostile), null, hostile);
  }
});

test("a picture's address may be relative to the product's", () => {
  assert.equal(webAddress("/previews/images/1", "https://prickle.example"), "https://prickle.example/previews/images/1");
  assert.equal(webAddress("javascript:alert(1)", "https://prickle.example"), null);
});
