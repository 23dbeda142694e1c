import { element, fill } from "../shared/elements.ts";
import type { View } from "./view.ts";
import type { Preview } from "./wire.ts";

let count = 0;

/** Asks why, after somebody has switched a preview off. Nobody has to answer. */
export function feedbackForm({ board, texts, announce }: View, preview: Preview, close: () => void): HTMLElement {
  const id = `why-${++count}`;
  const field = element("textarea", { id, rows: 2, maxlength: 2000 });
  const trouble = element("p", { class: "trouble", hidden: true }, texts.notSaved);
  const form = element("form", {
    class: "feedback", part: "feedback",
    onsubmit: async (event: Event) => {
      event.preventDefault();
      const feedback = field.value.trim();
      if (!feedback) return close();
      const answer = await board.enroll(preview.flagKey, { enabled: false, feedback });
      trouble.hidden = answer.value !== undefined;
      if (answer.value) {
        fill(form, element("p", {}, texts.thanks));
        announce(texts.thanks);
      }
    },
  },
    element("label", { for: id }, texts.why),
    field,
    element("div", { class: "actions" },
      element("button", { type: "submit", class: "main", part: "button-main" }, texts.send),
      element("button", { type: "button", class: "quiet", part: "button-quiet", onclick: close }, texts.notNow)),
    trouble);
  return form;
}
