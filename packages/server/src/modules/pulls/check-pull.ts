import type { createPull } from "@terrace/contract/api/pulls";
import { readMapping } from "@terrace/domain/imports/read-mapping";
import { bindSince, isReadingQuery } from "@terrace/domain/pulls/query-text";
import type { z } from "zod";
import { faultError, valueOrThrow } from "../../platform/http/fault-error.ts";
import type { Outbound } from "../../platform/outbound/outbound.ts";
import { OutboundRefused } from "../../platform/outbound/outbound-refused.ts";
import type { DatabasePlace, PullPlace } from "./pull-place.ts";

export type PullBody = z.output<typeof createPull.body>;

/** What cannot work is refused when it is entered, not in the night. `hasSince`: an earlier run, or whoever made the pull, said where to begin. */
export async function checkPull(outbound: Outbound, body: PullBody, place: PullPlace, hasSince: boolean): Promise<void> {
  const mapping = valueOrThrow(readMapping(body.mapping));
  const usesSince = place.kind === "http" ? place.url.includes("{since}") : bindSince(place.query, place.kind).sinceCount > 0;
  if (place.kind !== "http") checkQuery(place, { usesSince, isEvents: mapping.kind === "events" });
  if (usesSince && !hasSince)
    throw faultError("request.invalid", {
      field: "since",
      mend: "Say where the first run begins, e.g. 1970-01-01T00:00:00Z, or 0 for a number",
    });
  await requireReachable(outbound, place);
}

function checkQuery(place: DatabasePlace, { usesSince, isEvents }: { readonly usesSince: boolean; readonly isEvents: boolean }): void {
  if (!isReadingQuery(place.query, place.kind))
    throw faultError("request.invalid", { field: "place.query", mend: "Give one SELECT, also with WITH before it" });
  if (isEvents && !usesSince)
    throw faultError("request.invalid", {
      field: "place.query",
      mend: "Ask only for rows that are new, e.g. where updated_at > :since order by updated_at; otherwise every run would bring all events again",
    });
  if (place.sinceColumn !== "" && !usesSince)
    throw faultError("request.invalid", { field: "place.sinceColumn", mend: "Use :since in the query, or leave the column out" });
}

/** Refuses at once a place that no run could go to, naming the field. */
async function requireReachable(outbound: Outbound, place: PullPlace): Promise<void> {
  const target = place.kind === "http" ? targetOf(place.url) : place;
  try {
    await outbound.addresses(target);
  } catch (error) {
    if (error instanceof OutboundRefused)
      throw faultError(error.code, { ...error.fault, field: place.kind === "http" ? "place.url" : "place.host" });
    throw error;
  }
}

function targetOf(address: string): { readonly host: string; readonly port: number } {
  const url = URL.parse(address);
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "")
    throw faultError("outbound.bad_url", {
      field: "place.url",
      mend: "Give a whole address that begins with https:// or http://, without user and password in it",
    });
  return { host: url.hostname, port: url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port) };
}
