/** Who somebody is, as requests say it. */
export interface Identity {
  readonly token: string;
  readonly distinct_id: string;
}

/** A message that waits for somebody, as the server tells it. */
export interface Message {
  readonly id: string;
  readonly style: "banner" | "modal" | "toast";
  readonly title: string;
  readonly body: string;
  readonly button_text: string;
  readonly button_url: string;
  readonly position: "top" | "bottom";
}

export type Moment = "shown" | "closed" | "clicked";

const texts = ["id", "title", "body", "button_text", "button_url"] as const;

/** The messages of an answer; what has another shape is left out. A style or place of a later version is the quietest of this one. */
export function readMessages(answer: unknown): Message[] {
  const listed = (answer as { messages?: unknown } | null)?.messages;
  if (!Array.isArray(listed)) return [];
  return listed
    .filter((one) => texts.every((name) => typeof one?.[name] === "string"))
    .map((one) => ({
      ...one,
      style: one.style === "modal" || one.style === "banner" ? one.style : "toast",
      position: one.position === "top" ? "top" : "bottom",
    }));
}
