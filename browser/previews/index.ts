import { loadedPostHog } from "../shared/posthog.ts";
import { realWorld } from "../shared/requests.ts";
import { ownElement, readScript } from "../shared/script.ts";
import { readOptions } from "./options.ts";
import { Widget, type PageInterface } from "./widget.ts";

declare global {
  interface Window {
    PricklePreviews?: PageInterface;
  }
}

const complain = (sentence: string): void => console.error(`Prickle previews: ${sentence}.`);

function start(): void {
  // A site app and a script of the page, or the same script twice: the first one is enough.
  if (window.PricklePreviews) return;
  const options = readOptions(readScript(ownElement("previews")), complain);
  if (!options) return;
  if (!("adoptedStyleSheets" in Document.prototype) || !CSS.supports("color", "color-mix(in srgb, red, red)")) {
    complain("this browser is too old for it");
    return;
  }
  const widget = new Widget(options, realWorld, () => loadedPostHog("previews"), complain);
  window.PricklePreviews = widget.page;
  widget.start();
}

start();
