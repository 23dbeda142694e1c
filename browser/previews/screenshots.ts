import { element, fill, icon, webAddress } from "../shared/elements.ts";
import { say } from "./texts.ts";
import type { View } from "./view.ts";
import type { Preview, Screenshot } from "./wire.ts";

/** The pictures of a preview. Each has its room before it is there, and keeps it when it never comes. */
export function screenshots(view: View, preview: Preview): HTMLElement | null {
  const shown = (preview.screenshots ?? []).flatMap((screenshot) => {
    const address = webAddress(screenshot.url, view.host);
    return address ? [thumbnail(view, preview, screenshot, address)] : [];
  });
  return shown.length > 0 ? element("div", { class: shown.length > 1 ? "pictures several" : "pictures" }, ...shown) : null;
}

function thumbnail(view: View, preview: Preview, { alt, width, height }: Screenshot, address: string): HTMLElement {
  const text = alt || say(view.texts.picture, { text: preview.name });
  const picture = element("img", { src: address, alt: text, width, height, loading: "lazy", decoding: "async" });
  const button = element("button", {
    type: "button", class: "picture", part: "screenshot", "aria-label": say(view.texts.enlarge, { text }),
    onclick: () => enlarge(view, address, text, width, height),
  }, picture);
  // By the object, not by an attribute: policies that forbid inline styles allow it.
  button.style.setProperty("--shape", width > 0 && height > 0 ? `${width} / ${height}` : "16 / 10");
  picture.addEventListener("error", () => {
    button.disabled = true;
    fill(button, element("span", { class: "absent" }, text));
  });
  return button;
}

function enlarge(view: View, address: string, text: string, width: number, height: number): void {
  const close = () => large.close();
  const large: HTMLDialogElement = element("dialog", {
    class: "large", part: "enlarged", "aria-label": text,
    // A click anywhere; the key is the browser's own.
    onclick: close,
    onclose: () => large.remove(),
  },
    element("img", { src: address, alt: text, width, height }),
    element("button", { type: "button", class: "cross", "aria-label": view.texts.close }, icon("M6 6 18 18M18 6 6 18")));
  view.root.append(large);
  large.showModal();
}
