import { element } from "../shared/elements.ts";
import type { View } from "./view.ts";

let count = 0;

/** A line that opens into a field for an invitation code. */
export function invitation({ board, texts, announce }: View): HTMLElement {
  const id = `code-${++count}`;
  const field = element("input", { id, type: "text", maxlength: 200, autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
  const outcome = element("p", { class: "outcome", hidden: true });
  const opener: HTMLButtonElement = element("button", {
    type: "button", class: "link", part: "invitation", "aria-expanded": "false", "aria-controls": `${id}-form`,
    onclick: () => {
      form.hidden = !form.hidden;
      opener.setAttribute("aria-expanded", String(!form.hidden));
      if (form.hidden) return;
      form.scrollIntoView({ block: "nearest" });
      field.focus();
    },
  }, texts.invitation);
  const form: HTMLFormElement = element("form", {
    id: `${id}-form`, hidden: true,
    onsubmit: async (event: Event) => {
      event.preventDefault();
      const code = field.value.trim();
      if (!code) return;
      const before = new Set(board.previews.map((preview) => preview.id));
      const kept = board.code;
      const answer = await board.load(code);
      const hasOpened = answer.value?.previews.some((preview) => !before.has(preview.id)) ?? false;
      // A code that opens nothing does not take the place of one that did.
      if (!hasOpened) board.code = kept;
      // The server keeps an invitation that was seen: the code is needed once.
      else await board.seen();
      const sentence = hasOpened ? texts.codeUsed : answer.value ? texts.codeOpensNothing : answer.problem.detail || texts.failed;
      outcome.textContent = sentence;
      outcome.hidden = false;
      outcome.scrollIntoView({ block: "nearest" });
      announce(sentence);
      if (hasOpened) field.value = "";
    },
  },
    element("label", { for: id }, texts.code),
    element("div", { class: "row" }, field, element("button", { type: "submit", class: "main", part: "button-main" }, texts.useCode)),
    outcome);
  return element("div", { class: "invitation" }, opener, form);
}
