import type { Script } from "../shared/script.ts";

/** What a page says about its messages. */
export interface Options {
  readonly host: string;
  readonly token: string;
  readonly distinctId: string | undefined;
  /** What the cross is called to those who do not see it. */
  readonly closeText: string;
  readonly theme: "light" | "dark" | "auto";
}

/** Reads them; `null` where nothing can be done, which is said to `complain`. */
export function readOptions(script: Script | null, complain: (sentence: string) => void): Options | null {
  if (!script) {
    complain("the script's own element is not found: load it with <script src=\"…/static/messages.js\">");
    return null;
  }
  const token = script.option("token");
  if (!token) {
    complain("data-token is missing: it names the project");
    return null;
  }
  const theme = script.option("theme") ?? "auto";
  if (theme !== "light" && theme !== "dark" && theme !== "auto") complain(`data-theme is "${theme}", and may be light, dark or auto`);
  return {
    host: script.host,
    token,
    distinctId: script.option("distinct-id"),
    closeText: script.option("close-text") ?? "Close",
    theme: theme === "light" || theme === "dark" ? theme : "auto",
  };
}
