import { element, icon } from "../shared/elements.ts";
import { List } from "./list.ts";
import type { View } from "./view.ts";

const focusable = "button:not([disabled]), a[href], input, textarea";

/** The list above the page. The browser's own dialog: the page behind it rests, and Escape closes. */
export class Dialog {
  private readonly element: HTMLDialogElement;
  private readonly heading: HTMLElement;
  private before: Element | null = null;

  constructor(view: View) {
    const { texts } = view;
    this.heading = element("h2", { id: "heading", tabindex: -1, part: "heading" }, texts.heading);
    this.element = element("dialog", {
      class: "dialog", part: "dialog", "aria-labelledby": "heading",
      onclose: () => this.returnFocus(),
      onkeydown: (event: KeyboardEvent) => this.keepFocus(event),
      onclick: (event: MouseEvent) => event.target === this.element && this.isOutside(event) && this.close(),
    },
      element("header", { part: "header" },
        element("div", {}, this.heading, element("p", {}, texts.introduction)),
        element("button", { type: "button", class: "cross", part: "close", "aria-label": texts.close, onclick: () => this.close() }, icon("M6 6 18 18M18 6 6 18"))),
      new List(view).element);
    view.adopt(this.element);
    view.root.append(this.element);
  }

  get isOpen(): boolean {
    return this.element.open;
  }

  open(): void {
    if (this.element.open) return;
    this.before = deepestFocus();
    this.element.showModal();
    this.heading.focus();
  }

  close(): void {
    this.element.close();
  }

  private returnFocus(): void {
    if (this.before instanceof HTMLElement && this.before.isConnected) this.before.focus();
    this.before = null;
  }

  /** The browser lets Tab out into its own bars, and some into the page: here it goes round. */
  private keepFocus(event: KeyboardEvent): void {
    if (event.key !== "Tab") return;
    const reachable = [...this.element.querySelectorAll<HTMLElement>(focusable)].filter((one) => one.getClientRects().length > 0);
    const active = (this.element.getRootNode() as ShadowRoot).activeElement;
    const [first, last] = [reachable[0], reachable.at(-1)];
    const isLeaving = event.shiftKey ? active === first || active === this.heading : active === last;
    if (!isLeaving) return;
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }

  private isOutside({ clientX, clientY }: MouseEvent): boolean {
    const box = this.element.getBoundingClientRect();
    return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
  }
}

function deepestFocus(): Element | null {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active;
}
