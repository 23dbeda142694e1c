import assert from "node:assert/strict";
import test from "node:test";
import { openPage, type FakeElement } from "../tests/page.ts";
import { parts } from "./place.ts";
import { readMessages, type Message } from "./wire.ts";

openPage();

function made(own: Partial<Message>) {
  const done: string[] = [];
  const message: Message = { id: "1", style: "toast", title: "New", body: "", button_text: "", button_url: "", position: "top", ...own };
  const { words, button, cross } = parts(message, "Close", "https://shop.example/cart/", (moment) => done.push(moment)) as unknown as Record<string, FakeElement>;
  return { words: words!, button: button!, cross: cross!, done };
}

test("titles and bodies are text, whatever they look like", () => {
  const hostile = "<img src=x onerror=alert(1)>";
  const { words } = made({ title: hostile, body: `${hostile}\nsecond line` });
  assert.deepEqual(words.all.map((one) => [one.tag, one.textContent]), [["h2", hostile], ["p", `${hostile}\nsecond line`]]);
});

test("the cross has a name and closes", async () => {
  const { cross, done } = made({});
  assert.equal(cross.getAttribute("aria-label"), "Close");
  await cross.act("click");
  assert.deepEqual(done, ["closed"]);
});

test("a button that leads somewhere is a link, and a path is one of the page's site", async () => {
  const { button, done } = made({ button_text: "Go", button_url: "/pricing?from=message" });
  assert.equal(button.tag, "a");
  assert.equal(button.getAttribute("href"), "https://shop.example/pricing?from=message");
  await button.act("click");
  assert.deepEqual(done, ["clicked"]);
});

test("a button that leads nowhere, or to a script, is a button", async () => {
  for (const button_url of ["", "javascript:alert(1)", "data:text/html,x"]) {
    const { button, done } = made({ button_text: "Fine", button_url });
    assert.equal(button.tag, "button", button_url);
    await button.act("click");
    assert.deepEqual(done, ["clicked"]);
  }
});

test("without words there is no button", () => {
  assert.equal(made({ button_url: "/somewhere" }).button, null);
});

test("a style of a later version is a toast, and a place of one is below", () => {
  const [read] = readMessages({ messages: [{ id: "1", title: "T", body: "", button_text: "", button_url: "", style: "hologram", position: "left" }] });
  assert.equal(read?.style, "toast");
  assert.equal(read?.position, "bottom");
});
