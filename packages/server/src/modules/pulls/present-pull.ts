import type { pullSchema } from "@terrace/contract/api/pulls";
import type { z } from "zod";
import type { PrivacyModule } from "../privacy/module.ts";
import { openPlace, shownPlace } from "./pull-place.ts";
import { scheduleOf, type PullRow } from "./pull.store.ts";
import type { PullRunRow } from "./pull-run.store.ts";

/** A pull as operators see it: without its secrets. */
export function presentPull(cipher: Pick<PrivacyModule, "decryptPayload">, pull: PullRow, lastRun: PullRunRow | undefined) {
  const { id, name, mapping, paused } = pull;
  return {
    id,
    name,
    place: shownPlace(openPlace(cipher, pull.place)),
    // Stored as it was taken in: any JSON.
    mapping: mapping as z.input<typeof pullSchema>["mapping"],
    schedule: scheduleOf(pull),
    paused,
    asked: pull.askedBy !== null,
    nextRunAt: pull.nextRunAt.toISOString(),
    lastRun: lastRun === undefined ? null : presentRun(lastRun),
  };
}

export function presentRun({ id, state, askedBy, rows, bytes, importId, failure, startedAt, finishedAt }: PullRunRow) {
  const times = { startedAt: startedAt.toISOString(), finishedAt: finishedAt?.toISOString() ?? null };
  return { id, state, askedBy, rows, bytes, importId, failure, ...times };
}
