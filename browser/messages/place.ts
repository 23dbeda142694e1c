import { element, fill, icon, sheet, webAddress } from "../shared/elements.ts";
import type { Draw, Drawn } from "./messenger.ts";
import text from "./messages.css";
import type { Message } from "./wire.ts";

type Did = (moment: "closed" | "clicked") => void;

/** What a message is made of, without its place on the page. */
export function parts(message: Message, closeText: string, base: string, did: Did): { words: HTMLElement; button: HTMLElement | null; cross: HTMLElement } {
  const address = message.button_url ? webAddress(message.button_url, base) : null;
  const clicked = (): void => did("clicked");
  const label = message.button_text;
  return {
    words: element("div", { class: "words" },
      element("h2", { id: "title", part: "title" }, message.title),
      message.body && element("p", { id: "body", part: "body" }, message.body)),
    button: !label ? null
      // The link is followed by the browser; that it was is sent along and outlives the page.
      : address ? element("a", { class: "main", part: "button", href: address, onclick: clicked }, label)
      : element("button", { type: "button", class: "main", part: "button", onclick: clicked }, label),
    cross: element("button", { type: "button", class: "cross", part: "close", "aria-label": closeText, onclick: () => did("closed") }, icon("M6 6 18 18M18 6 6 18")),
  };
}

/** Where messages stand: a shadow tree of its own, out of reach of the page's styles. */
export class Place {
  private readonly place = document.createElement("prickle-messages");
  private readonly status = element("div", { class: "unseen", role: "status" });
  private readonly root: HTMLElement;

  constructor(private readonly closeText: string, theme: string) {
    this.root = element("div", { class: "root", part: "root", "data-theme": theme }, this.status);
    const shadow = this.place.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [sheet(text)];
    shadow.append(this.root);
  }

  readonly draw: Draw = (message, did) => {
    if (!this.place.isConnected) document.body.append(this.place);
    return message.style === "modal" ? this.drawModal(message, did) : this.drawBeside(message, did);
  };

  /** Beside the page's content: it says itself to those who do not see it, and leaves the focus where it is. */
  private drawBeside(message: Message, did: Did): Drawn {
    const { words, button, cross } = parts(message, this.closeText, document.baseURI, did);
    const box = element("section", {
      class: `beside ${message.style} ${message.position}`, part: message.style, "aria-labelledby": "title",
      onkeydown: (event: KeyboardEvent) => {
        event.stopPropagation();
        if (event.key === "Escape") did("closed");
      },
    }, words, button, cross);
    this.root.append(box);
    // A live region speaks of what changes in it once it is there.
    const timer = setTimeout(() => fill(this.status, `${message.title}. ${message.body}`), 150);
    return {
      remove: () => {
        clearTimeout(timer);
        fill(this.status);
        box.remove();
      },
    };
  }

  /** Before the page's content: the browser's own dialog, behind which the page rests. */
  private drawModal(message: Message, did: Did): Drawn {
    const { words, button, cross } = parts(message, this.closeText, document.baseURI, did);
    const before = deepestFocus();
    const box = element("dialog", {
      class: "modal", part: "modal", "aria-labelledby": "title", "aria-describedby": message.body && "body",
      onclose: () => did("closed"),
      onclick: (event: MouseEvent) => event.target === box && isOutside(box, event) && did("closed"),
      onkeydown: (event: KeyboardEvent) => {
        event.stopPropagation();
        keepFocus(event, button ?? cross, cross);
      },
    }, words, button, cross);
    this.root.append(box);
    box.showModal();
    (button ?? cross).focus();
    return {
      remove: () => {
        box.remove();
        if (before instanceof HTMLElement && before.isConnected) before.focus();
      },
    };
  }
}

/** The browser lets Tab out into its own bars: here it goes round. */
function keepFocus(event: KeyboardEvent, first: HTMLElement, last: HTMLElement): void {
  if (event.key !== "Tab") return;
  const active = (first.getRootNode() as ShadowRoot).activeElement;
  if (active !== (event.shiftKey ? first : last)) return;
  event.preventDefault();
  (event.shiftKey ? last : first).focus();
}

function isOutside(box: Element, { clientX, clientY }: MouseEvent): boolean {
  const { left, right, top, bottom } = box.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}

function deepestFocus(): Element | null {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active;
}
