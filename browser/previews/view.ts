import { dress, element, sheet } from "../shared/elements.ts";
import type { Board } from "./board.ts";
import type { Options } from "./options.ts";
import text from "./previews.css";
import type { Texts } from "./texts.ts";
import type { Visitor } from "./visitor.ts";

/** A place on the page with a shadow tree of its own, out of reach of the page's styles. */
export class View {
  readonly place = document.createElement("prickle-previews");
  readonly root: HTMLElement;
  readonly texts: Texts;
  readonly host: string;
  private readonly status = element("div", { class: "unseen", role: "status" });

  constructor(options: Options, readonly board: Board, readonly visitor: Visitor) {
    this.texts = options.texts;
    this.host = options.host;
    this.root = element("div", { class: "root", part: "root", "data-theme": options.theme }, this.status);
    const shadow = this.place.attachShadow({ mode: "open" });
    const own = sheet(":host{}");
    const rule = own.cssRules[0];
    if (options.accent && rule instanceof CSSStyleRule) rule.style.setProperty("--own-accent", options.accent);
    shadow.adoptedStyleSheets = [sheet(text), own];
    shadow.append(this.root);
    // Somebody writes here: the page's shortcuts are not meant.
    for (const kind of ["keydown", "keyup", "keypress"]) this.root.addEventListener(kind, (event) => event.stopPropagation());
  }

  /** Says it to those who do not see. Methods are handed on, so it is bound. */
  readonly announce = (sentence: string): void => {
    this.status.textContent = sentence;
  };

  /** The live region has to be where the person is: what stands outside of a modal dialog is not there. */
  adopt(parent: HTMLElement): void {
    parent.append(this.status);
  }

  /** The list stands in the page, not above it. */
  becomeInline(): void {
    dress(this.place, { "data-inline": true });
  }
}
