import { ask, post, type Answer, type World } from "../shared/requests.ts";
import type { Identity, Visitor } from "./visitor.ts";
import type { Enrolled, News, Preview, PreviewList, Wish } from "./wire.ts";

export type Phase = "idle" | "loading" | "ready" | "failed";

/** What happened, for whoever shows it. */
export type Change =
  | { readonly kind: "phase" }
  | { readonly kind: "preview"; readonly preview: Preview }
  | { readonly kind: "enrolled"; readonly preview: Preview; readonly enabled: boolean }
  | { readonly kind: "refused"; readonly preview: Preview; readonly detail: string };

/** The previews of this page's visitor: loaded, chosen, and kept the same in every place that shows them. */
export class Board {
  phase: Phase = "idle";
  detail = "";
  previews: readonly Preview[] = [];
  news: readonly News[] = [];
  private readonly listeners: ((change: Change) => void)[] = [];
  private readonly queues = new Map<string, Promise<unknown>>();
  private newest = 0;

  constructor(
    private readonly host: string,
    private readonly visitor: Visitor,
    private readonly world: World,
    private readonly complain: (sentence: string) => void,
    public code?: string,
  ) {}

  onChange(listener: (change: Change) => void): void {
    this.listeners.push(listener);
  }

  /** What the server says now; nothing is shown by it. */
  async list(code = this.code): Promise<Answer<PreviewList>> {
    const body = await this.body(code);
    if (!body) return missing;
    let answer = await ask<PreviewList>(this.world, `${this.host}/api/previews`, body);
    // So many wrong codes came from here that codes are not looked at for a while: the list is there without one.
    if (answer.problem?.status === 429 && body.code && code === this.code) {
      const { code: _, ...rest } = body;
      answer = await ask<PreviewList>(this.world, `${this.host}/api/previews`, rest);
    }
    return answer.value && !Array.isArray(answer.value.previews) ? { problem: { status: 502, detail: "" } } : answer;
  }

  /**
   * Loads what is shown. What is there already stays until the answer comes.
   * @param isAfterChoice posthog-js has just been told, and knows the answer in a moment.
   */
  async load(code = this.code, isAfterChoice = false): Promise<Answer<PreviewList>> {
    const turn = ++this.newest;
    if (this.phase !== "ready") this.enter("loading");
    const answer = await this.list(code);
    // A later question has been put meanwhile: its answer counts.
    if (turn !== this.newest) return answer;
    if (answer.value) {
      this.code = code;
      this.previews = answer.value.previews;
      // What was not read stays until somebody puts it away: the server tells it once.
      const told = answer.value.news ?? [];
      this.news = [...told, ...this.news.filter((old) => !told.some((item) => item.id === old.id))];
      this.enter("ready");
      if (!isAfterChoice) this.correct();
    } else {
      this.detail = answer.problem.status >= 400 && answer.problem.status < 500 ? answer.problem.detail : "";
      if (this.phase !== "ready") this.enter("failed");
    }
    return answer;
  }

  /** Says that somebody has the list before their eyes: now it counts as seen, and its news as read. */
  async seen(): Promise<void> {
    const body = await this.body();
    if (body) await post(this.world, `${this.host}/api/previews`, { ...body, opened: true });
  }

  dismiss(item: News): void {
    this.news = this.news.filter((other) => other.id !== item.id);
  }

  /** The page's flags have been answered: what is on without anybody's choice may show only now. */
  compare(): void {
    for (const preview of this.previews) this.tell({ kind: "preview", preview });
  }

  /** Somebody may have chosen elsewhere, on another device: posthog-js remembers the choice that was made in this one. */
  private correct(): void {
    for (const preview of this.previews) {
      const { state, canChoose, flagKey } = preview;
      const isOn = state === "enabled";
      if (canChoose && (isOn || state === "disabled") && this.visitor.sees(flagKey) === !isOn) this.visitor.follow(preview, isOn);
    }
  }

  /** Forgets whose list it was. */
  clear(): void {
    this.newest++;
    this.previews = this.news = [];
    this.phase = "idle";
  }

  /** One wish after the other for each preview: whoever changes their mind quickly is not overtaken by their first click. */
  enroll(flagKey: string, wish: Wish): Promise<Answer<Enrolled>> {
    const before = this.queues.get(flagKey) ?? Promise.resolve();
    const mine: Promise<Answer<Enrolled>> = before.then(() => this.send(flagKey, wish, () => this.queues.get(flagKey) === mine));
    this.queues.set(flagKey, mine);
    return mine;
  }

  private async send(flagKey: string, wish: Wish, isLast: () => boolean): Promise<Answer<Enrolled>> {
    const body = await this.body();
    if (!body) return missing;
    // A list that was asked for before this is out of date.
    this.newest++;
    const sessionId = this.visitor.sessionId;
    const answer = await post<Enrolled>(this.world, `${this.host}/api/previews/enroll`, {
      ...body, flag: flagKey, ...wish, source: "widget", ...(sessionId && { session_id: sessionId }),
    });
    const known = this.previews.find((preview) => preview.flagKey === flagKey);
    if (answer.value) {
      const { preview, enabled } = answer.value;
      // Somebody has wished for something else meanwhile: that is what is shown, and what its answer is about.
      if (!isLast()) return answer;
      this.replace(preview);
      // A word about a change is no change.
      if (wish.feedback === undefined) {
        this.visitor.follow(preview, enabled);
        this.tell({ kind: "enrolled", preview, enabled });
        // One preview can need another, or be in its way.
        if (this.phase === "ready") void this.load(this.code, true);
      }
    } else if (known) {
      this.tell({ kind: "refused", preview: known, detail: answer.problem.status === 403 || answer.problem.status === 404 ? answer.problem.detail : "" });
    }
    return answer;
  }

  private async body(code = this.code): Promise<(Identity & { code?: string }) | null> {
    const identity = await this.visitor.identify();
    if (!identity) {
      this.complain("nobody says who the visitor is: give data-distinct-id, or load posthog-js so that window.posthog is there");
      return null;
    }
    return { ...identity, ...(code && { code }) };
  }

  private replace(preview: Preview): void {
    this.previews = this.previews.map((other) => (other.id === preview.id ? preview : other));
    this.tell({ kind: "preview", preview });
  }

  private enter(phase: Phase): void {
    this.phase = phase;
    this.tell({ kind: "phase" });
  }

  private tell(change: Change): void {
    for (const listener of this.listeners) listener(change);
  }
}

const missing: { readonly problem: { readonly status: number; readonly detail: string } } = { problem: { status: 0, detail: "" } };
