import { dress, element, fill, icon } from "../shared/elements.ts";
import { Card } from "./card.ts";
import { invitation } from "./invitation.ts";
import type { View } from "./view.ts";
import type { News } from "./wire.ts";

/** News, cards, and what is said when there are none. */
export class List {
  readonly element: HTMLElement;
  private readonly news = element("div", { class: "news" });
  private readonly body = element("div", { class: "cards", part: "list" });
  private readonly invitation: HTMLElement;
  private cards = new Map<string, Card>();

  constructor(private readonly view: View) {
    this.invitation = invitation(view);
    this.element = element("div", { class: "list" }, this.news, this.body, this.invitation);
    view.board.onChange((change) => {
      if (change.kind === "phase") this.show();
      else {
        const card = this.cards.get(Card.key(change.preview));
        if (change.kind === "preview") card?.update(change.preview);
        else if (change.kind === "refused") card?.refuse(change.detail);
      }
    });
    this.show();
  }

  private show(): void {
    const { phase, previews } = this.view.board;
    dress(this.body, { "aria-busy": phase === "loading" ? "true" : null });
    dress(this.invitation, { hidden: phase !== "ready" });
    if (phase === "ready" && previews.length > 0) this.showCards();
    else {
      this.cards.clear();
      fill(this.body, ...(phase === "ready" ? this.nothing() : phase === "failed" ? this.failure() : this.skeleton()));
    }
    this.showNews();
  }

  private showCards(): void {
    const before = this.cards;
    this.cards = new Map(this.view.board.previews.map((preview) => {
      const key = Card.key(preview);
      const card = before.get(key);
      card?.update(preview);
      return [key, card ?? new Card(this.view, preview)];
    }));
    // Cards that stay are not moved: whoever writes in one goes on writing.
    const wanted = [...this.cards.values()].map((card) => card.element);
    if (wanted.length !== this.body.children.length || wanted.some((card, index) => card !== this.body.children[index])) fill(this.body, ...wanted);
  }

  private showNews(): void {
    fill(this.news, ...this.view.board.news.map((item) => this.newsItem(item)));
  }

  private newsItem(item: News): HTMLElement {
    const shown: HTMLElement = element("div", { class: "item", part: "news", "data-kind": item.kind },
      element("p", {}, item.text),
      element("button", {
        type: "button", class: "cross", "aria-label": `${this.view.texts.dismiss}: ${item.text}`,
        onclick: () => {
          this.view.board.dismiss(item);
          shown.remove();
        },
      }, icon("M6 6 18 18M18 6 6 18")));
    return shown;
  }

  private nothing(): Node[] {
    const { texts } = this.view;
    return [element("div", { class: "message" }, icon("M9 3h6M10 3v6l-5 9a2 2 0 0 0 2 3h10a2 2 0 0 0 2-3l-5-9V3M7.5 15h9"),
      element("p", { class: "strong" }, texts.empty), element("p", {}, texts.emptyHint))];
  }

  private failure(): Node[] {
    const { texts, board } = this.view;
    this.view.announce(texts.failed);
    return [element("div", { class: "message" }, element("p", { class: "strong" }, texts.failed), element("p", {}, board.detail || texts.failedHint),
      element("button", { type: "button", class: "main", part: "button-main", onclick: () => void board.load() }, texts.again))];
  }

  private skeleton(): Node[] {
    this.view.announce(this.view.texts.loading);
    const bar = (kind: string) => element("div", { class: `bar ${kind}` });
    return [1, 2, 3].map(() => element("div", { class: "card", "aria-hidden": "true" },
      element("div", { class: "head" }, bar("name"), bar("toggle")), bar("line"), bar("short")));
  }
}
