import type { Outbound } from "../../platform/outbound/outbound.ts";
import { connectionFailed, PullFailed } from "./pull-failed.ts";
import { BYTES_MAX, RUN_WITHIN_MS } from "./pull-limits.ts";
import type { HttpPlace } from "./pull-place.ts";

/** The bytes of a file at an address, as it stands. Throws `OutboundRefused` and `PullFailed`. */
export async function* readHttp(
  outbound: Pick<Outbound, "fetch">,
  place: HttpPlace,
  since: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    const answer = await outbound.fetch(place.url.replaceAll("{since}", encodeURIComponent(since)), {
      headers: place.headers ?? {},
      timeoutMs: RUN_WITHIN_MS,
      maxBytes: BYTES_MAX,
      signal,
    });
    if (!answer.ok) {
      await answer.body?.cancel();
      throw new PullFailed("pull.refused", `The other side answered ${answer.status}`);
    }
    if (answer.body !== null) for await (const chunk of answer.body) yield chunk;
  } catch (error) {
    signal.throwIfAborted();
    throw connectionFailed(error);
  }
}
