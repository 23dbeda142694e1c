import { dress, element, fill, webAddress } from "../shared/elements.ts";
import type { Answer } from "../shared/requests.ts";
import { type Choice, choiceOf } from "./choice.ts";
import { feedbackForm } from "./feedback.ts";
import { screenshots } from "./screenshots.ts";
import { say } from "./texts.ts";
import type { View } from "./view.ts";
import type { Enrolled, Preview, Wish } from "./wire.ts";

let count = 0;

/** One preview: what it is, and what a person can do about it. */
export class Card {
  readonly element: HTMLElement;
  private readonly name: string;
  private readonly control = element("div", { class: "control" });
  private readonly actions = element("div", { class: "actions" });
  private readonly facts = element("p", { class: "facts" });
  private readonly group = element("div", { class: "group" });
  private readonly trouble = element("p", { class: "trouble", part: "trouble", hidden: true });
  private readonly after = element("div");
  private toggle: HTMLButtonElement | null = null;
  private groupToggle: HTMLButtonElement | null = null;
  private shown = "";
  private pending = 0;

  constructor(private readonly view: View, private preview: Preview) {
    this.name = `preview-${++count}`;
    const { texts } = view;
    const documentation = webAddress(preview.documentationUrl);
    this.element = element("article", { class: "card", part: "card", "aria-labelledby": this.name, "data-flag": preview.flagKey },
      element("div", { class: "head" },
        element("div", { class: "title" },
          element("h3", { id: this.name, part: "name" }, preview.name),
          element("span", { class: "badge", part: "badge", "data-stage": preview.stage }, texts[preview.stage] ?? preview.stage)),
        this.control),
      this.after,
      preview.description !== "" && element("p", { class: "description", part: "description" }, preview.description),
      screenshots(view, preview),
      this.facts,
      documentation && element("p", { class: "more" },
        element("a", { href: documentation, target: "_blank", rel: "noopener", part: "link" },
          texts.documentation, element("span", { "aria-hidden": "true" }, " ↗"), element("span", { class: "unseen" }, ` (${texts.newWindow})`))),
      this.actions, this.group, this.trouble);
    this.update(preview);
  }

  /** What cannot change without being another card. */
  static key = ({ id, name, description, stage, documentationUrl, flagKey, screenshots }: Preview): string =>
    JSON.stringify([id, name, description, stage, documentationUrl, flagKey, screenshots]);

  update(preview: Preview): void {
    this.preview = preview;
    const choice = choiceOf(preview, this.view.visitor.sees(preview.flagKey));
    this.showFacts(choice);
    this.showGroup();
    if (choice.kind === "switch") {
      if (!this.toggle) this.become(this.toggle = this.makeSwitch(this.name, () => this.flip()));
      dress(this.toggle, { "aria-checked": String(choice.isOn), "aria-disabled": choice.isLocked ? "true" : null });
    } else if (this.shown !== JSON.stringify(choice)) {
      this.toggle = null;
      this.become(null, ...this.buttons(choice));
    }
    this.shown = JSON.stringify(choice);
  }

  /** Something was asked for and not given. */
  refuse(detail: string): void {
    this.complain(detail || this.view.texts.notSaved);
    this.shown = "";
    this.update(this.preview);
  }

  /** Puts other controls there; who was at the old ones is at the new ones. */
  private become(toggle: HTMLButtonElement | null, ...buttons: Node[]): void {
    const active = (this.element.getRootNode() as ShadowRoot).activeElement;
    const hadFocus = active !== undefined && active !== null && (this.control.contains(active) || this.actions.contains(active));
    fill(this.control, toggle);
    fill(this.actions, ...buttons);
    if (hadFocus) this.element.querySelector<HTMLElement>(".control button, .actions button")?.focus();
  }

  private makeSwitch(label: string, onclick: () => void): HTMLButtonElement {
    return element("button", { type: "button", role: "switch", class: "switch", part: "switch", "aria-labelledby": label, "aria-describedby": `${this.name}-facts`, onclick },
      element("span", { class: "thumb", part: "thumb" }));
  }

  private async flip(): Promise<void> {
    if (this.toggle?.getAttribute("aria-disabled")) return;
    const enabled = this.toggle?.getAttribute("aria-checked") !== "true";
    // Shown before it is certain; the answer, or its absence, puts it right.
    if (this.toggle) dress(this.toggle, { "aria-checked": String(enabled) });
    const answer = await this.wish({ enabled });
    // Of several clicks in a hurry the last one speaks.
    const kept = this.pending === 0 ? answer.value?.preview : undefined;
    if (kept?.state === "enabled" || kept?.state === "disabled") {
      this.view.announce(say(kept.state === "enabled" ? this.view.texts.isOn : this.view.texts.isOff, { name: kept.name }));
    } else if (kept) {
      // The last seat was taken in the same moment.
      this.view.announce(this.facts.textContent ?? "");
    }
    fill(this.after, kept?.state === "disabled" && !enabled ? feedbackForm(this.view, kept, () => fill(this.after)) : null);
  }

  private buttons(choice: Exclude<Choice, { kind: "switch" }>): Node[] {
    const { texts } = this.view;
    const button = (text: string, kind: string, wish: () => Wish, done?: string) =>
      element("button", {
        type: "button", class: kind, part: `button-${kind}`,
        onclick: async () => {
          const answer = await this.wish(wish());
          if (answer.value) this.view.announce(done ?? this.facts.textContent ?? "");
        },
      }, text);
    if (choice.kind === "join") return [button(texts.join, "main", () => ({ enabled: true }))];
    if (choice.kind === "leave") return [button(texts.leave, "quiet", () => ({ enabled: false }), texts.left)];
    const check = element("input", {
      type: "checkbox", checked: choice.wantsIt,
      onchange: () => choice.isRegistered && this.wish({ enabled: true, wants_it: check.checked }),
    });
    const label = element("label", { class: "check" }, check, texts.wantsIt);
    return choice.isRegistered
      ? [label, button(texts.notInterested, "quiet", () => ({ enabled: false }), texts.forgotten)]
      : [button(texts.tellMe, "main", () => ({ enabled: true, wants_it: check.checked })), label];
  }

  private showFacts(choice: Choice): void {
    const { texts } = this.view;
    const { reason, seatsLeft, group } = this.preview;
    const facts: string[] = [];
    if (choice.kind === "leave") facts.push(choice.position ? say(texts.position, { count: choice.position }) : texts.waiting);
    if (choice.kind === "interest" && choice.isRegistered) facts.push(texts.interested);
    if (choice.kind === "join") facts.push(texts.full);
    else if (seatsLeft && choice.kind === "switch" && !choice.isOn) facts.push(seatsLeft === 1 ? texts.oneSeat : say(texts.seats, { count: seatsLeft }));
    if (reason) facts.push(reason);
    else if (group?.isEnabled && !group.mayChoose) facts.push(say(texts.groupOn, { type: group.type }));
    dress(this.facts, { id: `${this.name}-facts`, hidden: facts.length === 0 });
    fill(this.facts, facts.join(" "));
  }

  private showGroup(): void {
    const { group, stage } = this.preview;
    dress(this.group, { hidden: !group?.mayChoose || stage === "concept" });
    if (!group?.mayChoose) return;
    if (!this.groupToggle) {
      const label = `${this.name}-group`;
      this.groupToggle = this.makeSwitch(`${this.name} ${label}`, async () => {
        const enabled = this.groupToggle?.getAttribute("aria-checked") !== "true";
        if (this.groupToggle) dress(this.groupToggle, { "aria-checked": String(enabled) });
        await this.wish({ enabled, for_group: true });
      });
      fill(this.group, element("span", { id: label }, say(this.view.texts.forGroup, { type: group.type })), this.groupToggle);
    }
    dress(this.groupToggle, { "aria-checked": String(group.isEnabled === true) });
  }

  private async wish(wish: Wish): Promise<Answer<Enrolled>> {
    this.complain("");
    fill(this.after);
    dress(this.element, { "aria-busy": "true" });
    this.pending++;
    const answer = await this.view.board.enroll(this.preview.flagKey, wish);
    if (--this.pending === 0) dress(this.element, { "aria-busy": null });
    return answer;
  }

  private complain(sentence: string): void {
    dress(this.trouble, { hidden: sentence === "" });
    fill(this.trouble, sentence);
    if (!sentence) return;
    this.view.announce(sentence);
    this.trouble.scrollIntoView({ block: "nearest" });
  }
}
