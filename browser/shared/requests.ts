/** Why there is no answer. Status 0: nothing came back. */
export interface Problem {
  readonly status: number;
  /** The server's own sentence, or empty. */
  readonly detail: string;
}

export type Answer<T> = { readonly value: T; readonly problem?: undefined } | { readonly problem: Problem; readonly value?: undefined };

/** The network and the clock: a test has its own. */
export interface World {
  fetch(address: string, options: RequestInit): Promise<Response>;
  wait(milliseconds: number): Promise<void>;
}

export const realWorld: World = {
  fetch: (address, options) => fetch(address, options),
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

const patience = 10_000;
const pause = 500;

/** Asks, and once more when the server was not reached or failed. For what changes nothing. */
export async function ask<T>(world: World, address: string, body: object): Promise<Answer<T>> {
  const first = await post<T>(world, address, body);
  if (!first.problem || (first.problem.status > 0 && first.problem.status < 500)) return first;
  await world.wait(pause);
  return post<T>(world, address, body);
}

/** Sends JSON as plain text, so that the browser needs not ask for permission first. Never throws. */
export async function post<T>(world: World, address: string, body: object): Promise<Answer<T>> {
  const abort = new AbortController();
  const late = world.wait(patience).then((): Answer<T> => {
    abort.abort();
    return failed(0);
  });
  return Promise.race([send<T>(world, address, body, abort.signal), late]);
}

async function send<T>(world: World, address: string, body: object, signal: AbortSignal): Promise<Answer<T>> {
  try {
    const response = await world.fetch(address, {
      method: "POST",
      body: JSON.stringify(body),
      credentials: "omit",
      // Who leaves the page right after a click has clicked all the same.
      keepalive: true,
      signal,
    });
    const reply = await response.json().catch(() => null);
    if (!response.ok) return failed(response.status, reply?.detail);
    return reply ? { value: reply } : failed(502);
  } catch {
    return failed(0);
  }
}

const failed = <T>(status: number, detail: unknown = ""): Answer<T> => ({
  problem: { status, detail: typeof detail === "string" ? detail : "" },
});
