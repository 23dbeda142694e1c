import type { PostHog } from "../shared/posthog.ts";
import type { Preview } from "../previews/wire.ts";

export const preview = (own: Partial<Preview> = {}): Preview => ({
  id: "0198", name: "New nav", description: "", stage: "beta", documentationUrl: "", flagKey: "new-nav", payload: {}, screenshots: [],
  state: "none", isOn: false, position: null, wantsIt: false, seatsLeft: null, canChoose: true, reason: null, group: null, ...own,
});

/** An instance of posthog-js that notes what it is told. */
export class FakePostHog implements PostHog {
  __loaded = true;
  readonly told: unknown[] = [];
  readonly flags: Record<string, boolean> = {};
  listener = (): void => {};

  constructor(public distinctId: string, private readonly groups: Record<string, string | number> = {}) {}

  get_distinct_id = (): string => this.distinctId;
  get_session_id = (): string => "session-1";
  getGroups = (): Record<string, string | number> => this.groups;
  isFeatureEnabled = (flag: string): boolean | undefined => this.flags[flag];
  setPersonPropertiesForFlags = (properties: Record<string, unknown>, reload: boolean): void => void this.told.push(properties, reload);
  reloadFeatureFlags = (): void => void this.told.push("reload");
  onFeatureFlags = (listener: () => void): void => void (this.listener = listener);
}
