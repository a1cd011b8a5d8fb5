import type { createJourney } from "@terrace/contract/api/journeys";
import type { z } from "zod";

type Drawn = z.input<typeof createJourney.body>["definition"];

/** What a new journey begins with: nothing but an exit, and an event that is still to be named. */
export const BLANK_JOURNEY: Drawn = {
  entry: { kind: "event", on: { event: null }, times: "every" },
  start: "exit",
  nodes: [{ kind: "exit", id: "exit" }],
  purpose: "marketing",
};
