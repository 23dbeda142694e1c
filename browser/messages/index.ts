import { awaitPostHog, loadedPostHog } from "../shared/posthog.ts";
import { realWorld } from "../shared/requests.ts";
import { ownElement, readScript } from "../shared/script.ts";
import { Messenger } from "./messenger.ts";
import { readOptions } from "./options.ts";
import { Place } from "./place.ts";

declare global {
  interface Window {
    /** What a page can call: after somebody has signed in, without waiting for the next page. */
    PrickleMessages?: { check(): void };
  }
}

const complain = (sentence: string): void => console.error(`Prickle messages: ${sentence}.`);

/** Somebody may agree to posthog-js some time after the page was opened. */
const patience = 10 * 60_000;

function start(): void {
  // A site app and a script of the page, or the same script twice: the first one is enough.
  if (window.PrickleMessages) return;
  const options = readOptions(readScript(ownElement("messages")), complain);
  if (!options) return;
  if (!("adoptedStyleSheets" in Document.prototype) || !CSS.supports("color", "color-mix(in srgb, red, red)")) {
    complain("this browser is too old for it");
    return;
  }
  const { host, token, distinctId, closeText, theme } = options;
  const place = new Place(closeText, theme);
  const identify = async () => {
    const known = distinctId ?? (await awaitPostHog(realWorld, () => loadedPostHog("messages"), patience))?.get_distinct_id();
    return known ? { token, distinct_id: known } : null;
  };
  const messenger = new Messenger(host, identify, realWorld, place.draw);
  // What a tab in the background shows is seen by nobody, and would be counted as seen.
  const look = (): void => void (document.visibilityState === "visible" && messenger.look());
  window.PrickleMessages = { check: look };
  document.addEventListener("visibilitychange", look);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", look);
  else look();
}

start();
