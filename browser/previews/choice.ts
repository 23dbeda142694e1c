import type { Preview } from "./wire.ts";

/** What a person can do about a preview, in its present state. */
export type Choice =
  | { readonly kind: "switch"; readonly isOn: boolean; readonly isLocked: boolean }
  | { readonly kind: "interest"; readonly isRegistered: boolean; readonly wantsIt: boolean }
  | { readonly kind: "join" }
  | { readonly kind: "leave"; readonly position: number | null };

/** @param sees What the page's own flags say, where it has posthog-js. */
export function choiceOf(preview: Preview, sees: boolean | undefined): Choice {
  const { state, stage, canChoose, group, seatsLeft } = preview;
  if (state === "waiting") return { kind: "leave", position: preview.position };
  if (stage === "concept" && canChoose) return { kind: "interest", isRegistered: state === "interested", wantsIt: preview.wantsIt };
  // Who has not said no may have it all the same: by the flag's own conditions, or by the group.
  const chosen = state === "enabled" || (state !== "disabled" && (group?.isEnabled === true || (sees ?? preview.isOn)));
  const isOn = canChoose ? chosen : (group?.isEnabled ?? chosen);
  if (seatsLeft === 0 && !isOn && canChoose) return { kind: "join" };
  return { kind: "switch", isOn: isOn && stage !== "concept", isLocked: !canChoose };
}
