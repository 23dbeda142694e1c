import type { World } from "./requests.ts";

/** What is used of posthog-js, in all versions since 1.154. */
export interface PostHog {
  __loaded?: boolean;
  get_distinct_id(): string;
  get_session_id?(): string;
  getGroups?(): Record<string, string | number>;
  isFeatureEnabled(flag: string, options?: { send_event: boolean }): boolean | undefined;
  setPersonPropertiesForFlags?(properties: Record<string, unknown>, reload?: boolean): void;
  reloadFeatureFlags?(): void;
  onFeatureFlags?(listener: () => void): unknown;
}

/** The instance that a page or a site app has, once it is ready: before that the snippet's place-holder stands there. */
export const loadedPostHog = (siteApp: string): PostHog | null => {
  const page = window as unknown as Record<string, PostHog | undefined>;
  return [page[`__$$ph_site_app_${siteApp}`], page["posthog"]].find((instance) => instance?.__loaded) ?? null;
};

/** Waits until it is ready: closely at first, for as long as somebody waits for a list, then more calmly. */
export async function awaitPostHog(world: World, find: () => PostHog | null, patience = 5000): Promise<PostHog | null> {
  for (let waited = 0; waited < patience; ) {
    const found = find();
    if (found) return found;
    const pause = waited < 5000 ? 50 : 1000;
    await world.wait(pause);
    waited += pause;
  }
  return find();
}
