/** What the server says and is told: see docs/previews.md. */
export type Stage = "concept" | "alpha" | "beta" | "general-availability";

export interface Preview {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly stage: Stage;
  readonly documentationUrl: string;
  readonly flagKey: string;
  readonly payload?: unknown;
  readonly screenshots: readonly Screenshot[];
  readonly state: "none" | "enabled" | "disabled" | "interested" | "waiting";
  /** What its flag is for the person now: by their choice, or by its conditions. */
  readonly isOn: boolean;
  /** In the waiting list. */
  readonly position: number | null;
  /** A concept that is to be switched on as soon as it is there. */
  readonly wantsIt: boolean;
  readonly seatsLeft: number | null;
  /** Else `reason` says why not: the group has decided, or another preview is needed first, or in the way. */
  readonly canChoose: boolean;
  readonly reason: string | null;
  /** `isEnabled` is null as long as the group has not chosen. */
  readonly group: { readonly type: string; readonly key: string; readonly isEnabled: boolean | null; readonly mayChoose: boolean } | null;
}

export interface Screenshot {
  readonly url: string;
  readonly alt: string;
  readonly width: number;
  readonly height: number;
}

export interface News {
  readonly id: string;
  readonly previewId: string;
  readonly name: string;
  readonly kind: string;
  readonly text: string;
}

export interface PreviewList {
  readonly previews: readonly Preview[];
  readonly news: readonly News[];
}

export interface Enrolled {
  readonly preview: Preview;
  readonly flagKey: string;
  /** What the flag is for this person from now on. */
  readonly enabled: boolean;
}

/** What a person asks for. */
export interface Wish {
  readonly enabled: boolean;
  readonly wants_it?: boolean;
  readonly for_group?: true;
  readonly feedback?: string;
}
