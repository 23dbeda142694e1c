/** Every sentence of the widget. A page may give its own with `data-texts`, as JSON with the same names. */
export const english = {
  button: "Previews",
  heading: "Feature previews",
  introduction: "Try what is being built. You can switch it off again at any time.",
  close: "Close",
  loading: "Loading the previews",
  empty: "Nothing is on offer at the moment.",
  emptyHint: "When there is something new to try, you find it here.",
  failed: "The previews could not be loaded.",
  failedHint: "Check your connection, then try again.",
  again: "Try again",
  concept: "Concept",
  alpha: "Alpha",
  beta: "Beta",
  "general-availability": "Available",
  documentation: "Documentation",
  newWindow: "opens in a new window",
  enlarge: "Enlarge: {text}",
  picture: "Picture of {text}",
  isOn: "{name} is on.",
  isOff: "{name} is off.",
  seats: "{count} seats left",
  oneSeat: "1 seat left",
  full: "All seats are taken.",
  join: "Join the waiting list",
  leave: "Leave the waiting list",
  position: "You are number {count} on the waiting list.",
  waiting: "You are on the waiting list.",
  left: "You have left the waiting list.",
  tellMe: "Tell me when it is there",
  wantsIt: "and switch it on for me",
  interested: "You will be told when it is there.",
  notInterested: "Do not tell me",
  forgotten: "You will not be told.",
  groupOn: "Your {type} has switched this on.",
  forGroup: "For your whole {type}",
  notSaved: "That could not be saved. Try again.",
  why: "Why did you switch it off? (optional)",
  send: "Send",
  notNow: "Not now",
  thanks: "Thank you.",
  dismiss: "Dismiss",
  invitation: "Have an invitation?",
  code: "Invitation code",
  useCode: "Use it",
  codeUsed: "The invitation has opened something new.",
  codeOpensNothing: "This code opens nothing new.",
};

export type Texts = typeof english;

/** The page's own sentences where it has some, the English ones else. */
export function readTexts(own: Record<string, unknown>): Texts {
  const known = Object.entries(own).filter(([name, text]) => name in english && typeof text === "string");
  return { ...english, ...Object.fromEntries(known) };
}

/** Puts values into a sentence's places, such as `{name}`. */
export const say = (sentence: string, values: Record<string, string | number>): string =>
  sentence.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
