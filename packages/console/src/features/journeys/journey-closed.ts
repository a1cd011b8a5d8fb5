import type { JourneyView } from "@terrace/contract/api/journeys";

/** Whether a journey that is on takes nobody any more. */
export function isClosed({ state, live }: Pick<JourneyView, "state" | "live">): boolean {
  return live === null && (state === "live" || state === "paused");
}
