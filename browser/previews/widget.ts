import { element, icon } from "../shared/elements.ts";
import { memory } from "../shared/memory.ts";
import type { PostHog } from "../shared/posthog.ts";
import type { Problem, World } from "../shared/requests.ts";
import { Board } from "./board.ts";
import { Dialog } from "./dialog.ts";
import { List } from "./list.ts";
import type { Options } from "./options.ts";
import { View } from "./view.ts";
import { Visitor } from "./visitor.ts";
import type { Enrolled, PreviewList } from "./wire.ts";

/** What a page can call. What fails is told as a value, not thrown. */
export interface PageInterface {
  open(): void;
  close(): void;
  list(): Promise<PreviewList | { error: Problem }>;
  enroll(flagKey: string, enabled: boolean): Promise<Enrolled | { error: Problem }>;
}

/** News may come for who has chosen something; a page asks for them this often at most. */
const newsEvery = 10 * 60_000;

/** The button, the dialog and the inline list of one page. */
export class Widget {
  readonly page: PageInterface = {
    open: () => this.open(),
    close: () => this.dialog?.close(),
    list: async () => {
      const answer = await this.board.list();
      return answer.value ?? { error: answer.problem! };
    },
    enroll: async (flagKey, enabled) => {
      const answer = await this.board.enroll(flagKey, { enabled });
      return answer.value ?? { error: answer.problem! };
    },
  };

  private readonly visitor: Visitor;
  private readonly board: Board;
  private readonly remembered: string;
  private view: View | null = null;
  private dialog: Dialog | null = null;
  private inline: View | null = null;
  private button: HTMLElement | null = null;
  private isInSight = false;
  private isSeen = false;

  constructor(private readonly options: Options, world: World, findPostHog: () => PostHog | null, complain: (sentence: string) => void) {
    this.remembered = `prickle_previews_${options.token}`;
    this.visitor = new Visitor(options, world, findPostHog);
    this.board = new Board(options.host, this.visitor, world, complain, options.code);
    this.board.onChange((change) => {
      if (change.kind === "enrolled") {
        memory.write(this.remembered, "0");
        const { flagKey, state } = change.preview;
        document.dispatchEvent(new CustomEvent("prickle:preview", { detail: { flagKey, enabled: change.enabled, state } }));
      } else if (change.kind === "phase") {
        this.markNews();
        this.noteSeen();
      }
    });
  }

  start(): void {
    document.addEventListener("click", (event) => {
      const target = event.composedPath()[0];
      const opener = target instanceof Element ? target.closest("[data-prickle-previews]") : null;
      if (!opener) return;
      event.preventDefault();
      this.open();
    });
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => this.appear());
    else this.appear();
    void this.visitor.onFlags((isSomebodyElse) => {
      // posthog-js may come late, after somebody has agreed to it.
      if (!isSomebodyElse && this.board.phase !== "failed") return this.board.compare();
      const isShown = this.inline || this.dialog?.isOpen;
      this.board.clear();
      this.isSeen = false;
      if (isShown) void this.board.load();
    });
  }

  private appear(): void {
    if (this.options.hasButton) {
      this.button = element("button", { type: "button", class: "opener", part: "button", "aria-haspopup": "dialog", onclick: () => this.open() },
        icon("M9 3h6M10 3v6l-5 9a2 2 0 0 0 2 3h10a2 2 0 0 0 2-3l-5-9V3M7.5 15h9"), element("span", {}, this.options.texts.button));
      this.overPage().root.prepend(this.button);
    }
    const selector = this.options.inline;
    if (selector) {
      this.placeInline(selector);
      // Pages that draw themselves have the element later, or again.
      new MutationObserver(() => this.placeInline(selector)).observe(document.documentElement, { childList: true, subtree: true });
    }
    void this.askForNews();
  }

  private open(): void {
    const view = this.overPage();
    this.dialog ??= new Dialog(view);
    if (this.dialog.isOpen) return;
    this.dialog.open();
    this.isSeen = false;
    void this.board.load();
  }

  /** Says once for each opening that somebody has the list before their eyes. */
  private noteSeen(): void {
    if (this.isSeen || this.board.phase !== "ready" || !(this.dialog?.isOpen || this.isInSight)) return;
    this.isSeen = true;
    void this.board.seen();
  }

  private overPage(): View {
    this.view ??= new View(this.options, this.board, this.visitor);
    if (!this.view.place.isConnected) document.body.append(this.view.place);
    return this.view;
  }

  private placeInline(selector: string): void {
    if (this.inline?.place.isConnected) return;
    const target = document.querySelector(selector);
    if (!target) return;
    if (!this.inline) {
      this.inline = new View(this.options, this.board, this.visitor);
      this.inline.becomeInline();
      this.inline.root.append(new List(this.inline).element);
      void this.board.load();
      new IntersectionObserver((entries) => {
        this.isInSight = entries.some((entry) => entry.isIntersecting);
        this.noteSeen();
      }).observe(this.inline.place);
    }
    target.append(this.inline.place);
  }

  /** A mark at the button, for those who have chosen something here: others have no news, and cost no request. */
  private async askForNews(): Promise<void> {
    const last = memory.read(this.remembered);
    if (!this.button || this.inline || last === null || Date.now() - Number(last) < newsEvery) return;
    memory.write(this.remembered, String(Date.now()));
    await this.board.load();
  }

  private markNews(): void {
    this.button?.classList.toggle("marked", this.board.news.length > 0 && !this.dialog?.isOpen);
  }
}
