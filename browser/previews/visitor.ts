import { awaitPostHog, type PostHog } from "../shared/posthog.ts";
import type { World } from "../shared/requests.ts";
import type { Options } from "./options.ts";
import type { Preview } from "./wire.ts";

/** Who somebody is, as requests say it. */
export interface Identity {
  readonly token: string;
  readonly distinct_id: string;
  readonly groups?: Record<string, string>;
  readonly identity?: string;
}

/** The person in front of the page: named by the page's own words, or by posthog-js, whose flags then follow. */
export class Visitor {
  constructor(
    private readonly options: Pick<Options, "token" | "distinctId" | "identity" | "groups">,
    private readonly world: World,
    private readonly findPostHog: () => PostHog | null,
  ) {}

  /** Asked anew for each request: people sign in and out while a page stays. `null` when nothing says who it is. */
  async identify(): Promise<Identity | null> {
    const { token, distinctId, identity, groups } = this.options;
    // What the page says itself needs no other script, and is not kept waiting by one.
    const posthog = distinctId || identity ? this.findPostHog() : await awaitPostHog(this.world, this.findPostHog);
    const known = distinctId ?? posthog?.get_distinct_id();
    if (!known && !identity) return null;
    const memberOf = groups ?? textsOf(posthog?.getGroups?.());
    return {
      token,
      distinct_id: known ?? "",
      ...(memberOf && Object.keys(memberOf).length > 0 && { groups: memberOf }),
      ...(identity && { identity }),
    };
  }

  get sessionId(): string | undefined {
    return this.findPostHog()?.get_session_id?.() || undefined;
  }

  /** What the page's flags say at present; unknown without posthog-js. Not counted as a use of the flag. */
  sees(flag: string): boolean | undefined {
    return this.findPostHog()?.isFeatureEnabled(flag, { send_event: false });
  }

  /** Has the page's flags asked anew. The property goes along, so that the answer is right wherever the event still is. */
  follow(preview: Pick<Preview, "flagKey" | "state">, isEnabled: boolean): void {
    const posthog = this.findPostHog();
    if (preview.state === "enabled" || preview.state === "disabled") {
      posthog?.setPersonPropertiesForFlags?.({ [`$feature_enrollment/${preview.flagKey}`]: isEnabled }, true);
    } else {
      posthog?.reloadFeatureFlags?.();
    }
  }

  /** Calls when the page's flags have been answered, and says whether they are somebody else's than before. */
  async onFlags(listener: (isSomebodyElse: boolean) => void): Promise<void> {
    const posthog = await awaitPostHog(this.world, this.findPostHog, 10 * 60_000);
    let known = posthog?.get_distinct_id();
    posthog?.onFeatureFlags?.(() => {
      const before = known;
      known = posthog.get_distinct_id();
      listener(known !== before && !this.options.distinctId && !this.options.identity);
    });
  }
}

const textsOf = (groups: Record<string, string | number> | undefined): Record<string, string> | undefined =>
  groups && Object.fromEntries(Object.entries(groups).map(([type, key]) => [type, String(key)]));
