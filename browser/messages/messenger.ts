import { ask, type World } from "../shared/requests.ts";
import { type Identity, type Message, type Moment, readMessages } from "./wire.ts";

/** A message that stands on the page. */
export interface Drawn {
  remove(): void;
}

/** Puts a message on the page, and says what the person does with it. */
export type Draw = (message: Message, did: (moment: "closed" | "clicked") => void) => Drawn;

/** Tabs come and go; a person's messages are asked for this often at most. */
const askEvery = 60_000;

/**
 * Asks for what waits, and shows one after the other. Whoever says first that it shows a message shows it: another tab or device
 * is told that it came second, and shows nothing.
 */
export class Messenger {
  private readonly view = [...crypto.getRandomValues(new Uint32Array(4))].join("-");
  private waiting: Message[] = [];
  private drawn: Drawn | null = null;
  private who: Identity | null = null;
  private asked = -askEvery;
  private isBusy = false;

  constructor(
    private readonly host: string,
    private readonly identify: () => Promise<Identity | null>,
    private readonly world: World,
    private readonly draw: Draw,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Looks whether something waits, unless it has just been asked for the same person. */
  async look(): Promise<void> {
    if (this.isBusy || this.drawn) return;
    this.isBusy = true;
    try {
      const who = await this.identify();
      if (!who || (who.distinct_id === this.who?.distinct_id && this.now() - this.asked < askEvery)) return;
      this.who = who;
      this.asked = this.now();
      this.waiting = readMessages((await ask(this.world, `${this.host}/api/messages`, who)).value);
      await this.showNext(who);
    } finally {
      this.isBusy = false;
    }
  }

  private async showNext(who: Identity): Promise<void> {
    for (let message = this.waiting.shift(); message; message = this.waiting.shift()) {
      const next = message;
      if (!(await this.isFirst(who, next))) continue;
      this.drawn = this.draw(next, (moment) => {
        // Closing follows from a click: one of them is what the person did.
        if (!this.drawn) return;
        this.drawn.remove();
        this.drawn = null;
        void this.tell(who, next, moment);
        void this.showNext(who);
      });
      return;
    }
  }

  /** Also false where nobody answers: then the message waits for another visit. */
  private async isFirst(who: Identity, message: Message): Promise<boolean> {
    const { value } = await this.tell(who, message, "shown");
    return value?.first === true;
  }

  /** The same page may say the same twice, so a lost answer is asked for again. */
  private tell(who: Identity, { id }: Message, what: Moment) {
    return ask<{ first?: boolean }>(this.world, `${this.host}/api/messages/seen`, { ...who, id, what, view: this.view });
  }
}
