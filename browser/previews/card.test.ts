import assert from "node:assert/strict";
import test from "node:test";
import { type FakeElement, openPage } from "../tests/page.ts";
import { preview } from "../tests/previews.ts";
import { Card } from "./card.ts";
import { english } from "./texts.ts";
import type { View } from "./view.ts";
import type { Preview, Wish } from "./wire.ts";

openPage();

function draw(own: Partial<Preview>, reply: Partial<Preview> = own) {
  const [wishes, said]: [(Wish & { flag: string })[], string[]] = [[], []];
  const card: Card = new Card({
    texts: english, host: "https://prickle.example", visitor: { sees: () => undefined }, announce: (sentence: string) => said.push(sentence),
    board: {
      enroll: (flag: string, wish: Wish) => {
        wishes.push({ flag, ...wish });
        card.update(preview(reply));
        return Promise.resolve({ value: { preview: preview(reply), flagKey: flag, enabled: wish.enabled } });
      },
    },
  } as unknown as View, preview(own));
  return { page: card.element as unknown as FakeElement, card, wishes, said };
}

const byRole = (role: string) => (element: FakeElement) => element.attributes.get("role") === role;
const byText = (tag: string, text: string) => (element: FakeElement) => element.tag === tag && element.textContent === text;

test("a hostile name is a name", () => {
  const hostile = "<img src=x onerror=alert(1)>";
  const { page } = draw({ name: hostile, description: `</p><script>alert(2)</script>\nsecond line`, reason: hostile });
  assert.equal(page.one(({ tag }) => tag === "h3").textContent, hostile);
  assert.equal(page.all.some(({ tag }) => tag === "img" || tag === "script"), false);
  assert.match(page.textContent, /<script>alert\(2\)<\/script>\nsecond line/);
});

test("a link that would run a script is not there", () => {
  assert.equal(draw({ documentationUrl: "javascript:alert(1)" }).page.all.some(({ tag }) => tag === "a"), false);
  const link = draw({ documentationUrl: "https://example.com/docs" }).page.one(({ tag }) => tag === "a");
  assert.equal(link.attributes.get("href"), "https://example.com/docs");
  assert.equal(link.attributes.get("rel"), "noopener");
});

test("a picture has its room before it is there, and keeps it when it never comes", async () => {
  const { page } = draw({ screenshots: [{ url: "https://prickle.example/previews/images/1", alt: "Three columns", width: 800, height: 600 }] });
  const picture = page.one(({ tag }) => tag === "img");
  assert.equal(picture.attributes.get("width"), "800");
  assert.equal(picture.attributes.get("height"), "600");
  const box = page.one((element) => element.attributes.get("part") === "screenshot");
  assert.equal(box.styles.get("--shape"), "800 / 600");
  await picture.act("error");
  assert.equal(box.textContent, "Three columns");
  assert.equal(box.disabled, true);
});

test("a switch says its state and sends the other one", async () => {
  const { page, wishes, said } = draw({}, { state: "enabled" });
  const toggle = page.one(byRole("switch"));
  assert.equal(toggle.attributes.get("aria-checked"), "false");
  await toggle.act("click");
  assert.deepEqual(wishes, [{ flag: "new-nav", enabled: true }]);
  assert.equal(toggle.attributes.get("aria-checked"), "true");
  assert.deepEqual(said, ["New nav is on."]);
});

test("who was a moment too late for the last seat is told", async () => {
  const { page, said } = draw({ seatsLeft: 1 }, { seatsLeft: 0, state: "waiting", position: 1 });
  await page.one(byRole("switch")).act("click");
  assert.deepEqual(said, ["You are number 1 on the waiting list."]);
  assert.equal(page.all.some(byRole("switch")), false);
});

test("a refused switch goes back, and says why", async () => {
  const { page, card } = draw({});
  card.refuse("Your company decides about this.");
  assert.equal(page.one(byRole("switch")).attributes.get("aria-checked"), "false");
  assert.match(page.textContent, /Your company decides about this\./);
});

test("a switch that the group holds does not move", async () => {
  const { page, wishes } = draw({ canChoose: false, reason: "Acme has switched this on.", group: { type: "company", key: "acme", isEnabled: true, mayChoose: false } });
  const toggle = page.one(byRole("switch"));
  assert.equal(toggle.attributes.get("aria-checked"), "true");
  assert.equal(toggle.attributes.get("aria-disabled"), "true");
  await toggle.act("click");
  assert.deepEqual(wishes, []);
  assert.match(page.textContent, /Acme has switched this on\./);
});

test("who decides for a group has a second switch", async () => {
  const { page, wishes } = draw({ group: { type: "company", key: "acme", isEnabled: false, mayChoose: true } });
  const [, group] = page.all.filter(byRole("switch"));
  await group!.act("click");
  assert.deepEqual(wishes, [{ flag: "new-nav", enabled: true, for_group: true }]);
  assert.match(page.textContent, /For your whole company/);
});

test("after switching off, somebody may say why", async () => {
  const { page, wishes } = draw({ state: "enabled" }, { state: "disabled" });
  await page.one(byRole("switch")).act("click");
  const form = page.one(({ tag }) => tag === "form");
  page.one(({ tag }) => tag === "textarea").value = " too many columns ";
  await form.act("submit");
  assert.deepEqual(wishes, [{ flag: "new-nav", enabled: false }, { flag: "new-nav", enabled: false, feedback: "too many columns" }]);
  assert.equal(form.textContent, "Thank you.");
});

test("a concept asks for interest, and whether it is to be switched on", async () => {
  const { page, wishes } = draw({ stage: "concept" }, { stage: "concept", state: "interested", wantsIt: true });
  assert.equal(page.all.some(byRole("switch")), false);
  page.one((element) => element.attributes.get("type") === "checkbox").checked = true;
  await page.one(byText("button", "Tell me when it is there")).act("click");
  assert.deepEqual(wishes, [{ flag: "new-nav", enabled: true, wants_it: true }]);
  assert.match(page.textContent, /You will be told when it is there\./);
  await page.one(byText("button", "Do not tell me")).act("click");
  assert.deepEqual(wishes[1], { flag: "new-nav", enabled: false });
});

test("seats and the place in the waiting list are said", async () => {
  assert.match(draw({ seatsLeft: 12 }).page.textContent, /12 seats left/);
  assert.match(draw({ seatsLeft: 1 }).page.textContent, /1 seat left/);
  const { page } = draw({ seatsLeft: 0 }, { seatsLeft: 0, state: "waiting", position: 3 });
  assert.match(page.textContent, /All seats are taken\./);
  await page.one(byText("button", "Join the waiting list")).act("click");
  assert.match(page.textContent, /You are number 3 on the waiting list\./);
});
