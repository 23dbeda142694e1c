import type { Script } from "../shared/script.ts";
import { type Texts, readTexts } from "./texts.ts";

/** What a page says about the widget. */
export interface Options {
  readonly host: string;
  readonly token: string;
  readonly distinctId: string | undefined;
  /** A signed text of the customer's server: says who somebody is, and for which groups they decide. */
  readonly identity: string | undefined;
  readonly code: string | undefined;
  readonly groups: Record<string, string> | undefined;
  /** A selector: the list is shown there. */
  readonly inline: string | undefined;
  readonly hasButton: boolean;
  readonly theme: "light" | "dark" | "auto";
  readonly accent: string | undefined;
  readonly texts: Texts;
}

/** Reads them; what makes no sense is said to `complain` and left out. `null` where nothing can be done. */
export function readOptions(script: Script | null, complain: (sentence: string) => void): Options | null {
  if (!script) {
    complain("the script's own element is not found: load it with <script src=\"…/static/previews.js\">");
    return null;
  }
  const token = script.option("token");
  if (!token) {
    complain("data-token is missing: it names the project");
    return null;
  }
  const object = (name: string): Record<string, unknown> | undefined => {
    const text = script.option(name);
    if (text === undefined) return undefined;
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    } catch {
      // Said below.
    }
    complain(`data-${name} is not a JSON object`);
    return undefined;
  };
  const groups = object("groups");
  const texts = readTexts(object("texts") ?? {});
  const theme = script.option("theme") ?? "light";
  if (theme !== "light" && theme !== "dark" && theme !== "auto") complain(`data-theme is "${theme}", and may be light, dark or auto`);
  return {
    host: script.host,
    token,
    distinctId: script.option("distinct-id"),
    identity: script.option("identity"),
    code: script.option("code"),
    groups: groups && Object.fromEntries(Object.entries(groups).map(([type, key]) => [type, String(key)])),
    inline: script.option("inline"),
    hasButton: script.option("button") !== "false",
    theme: theme === "dark" || theme === "auto" ? theme : "light",
    accent: script.option("accent"),
    texts: { ...texts, heading: script.option("heading") ?? texts.heading },
  };
}
