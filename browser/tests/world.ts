import type { World } from "../shared/requests.ts";

type Reply = { readonly status: number; readonly body: unknown } | "unreachable" | "silent";

/** A network that answers as it was told to, and a clock that a test moves. */
export class FakeWorld implements World {
  readonly sent: { address: string; options: RequestInit }[] = [];
  readonly waits: number[] = [];
  private readonly replies: Reply[];
  private readonly timers: { milliseconds: number; ring: () => void }[] = [];

  constructor(...replies: Reply[]) {
    this.replies = replies;
  }

  /** Bodies of what was sent, in order. */
  get bodies(): Record<string, unknown>[] {
    return this.sent.map(({ options }) => JSON.parse(String(options.body)) as Record<string, unknown>);
  }

  answer(reply: Reply): void {
    this.replies.push(reply);
  }

  fetch(address: string, options: RequestInit): Promise<Response> {
    this.sent.push({ address, options });
    const reply = this.replies.shift() ?? "unreachable";
    if (reply === "unreachable") return Promise.reject(new TypeError("no network"));
    if (reply === "silent") return new Promise(() => {});
    const { status, body } = reply;
    const json = () => (body === undefined ? Promise.reject(new SyntaxError("no JSON")) : Promise.resolve(body));
    return Promise.resolve({ ok: status < 400, status, json } as Response);
  }

  /** Short waits are over at once; a time-out is over when a test lets the time pass. */
  wait(milliseconds: number): Promise<void> {
    this.waits.push(milliseconds);
    if (milliseconds < 1000) return Promise.resolve();
    return new Promise((ring) => this.timers.push({ milliseconds, ring }));
  }

  pass(milliseconds: number): void {
    for (const timer of this.timers) if (timer.milliseconds <= milliseconds) timer.ring();
  }
}
