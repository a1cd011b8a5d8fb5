import { EMPTY_CONTEXT, type FeedEvent } from "@terrace/domain/event/feed-event";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { isJsonObject, type Json } from "@terrace/domain/json";
import { withoutErased } from "@terrace/domain/rights/without-erased";
import type { ErasedSubjects, EraseStep, PersonalDataHolder } from "../personal-data/holder.ts";
import type { Tx } from "../storage/postgres.ts";
import { decodePayload, encodePayload, NOBODYS_WORKSPACE, printEvent, type PayloadCipher } from "./feed-codec.ts";
import { loadLaneEnds, loadRowsToErase, replacePayload } from "./feed.store.ts";

export type FeedHolderDeps = { readonly cipher: PayloadCipher; readonly originId: (workspaceId: number, ref: IdentityRef) => string };

const EVENTS_PER_STEP = 20_000;

/** How far each lane was looked through, and up to where it is to be. */
type Lanes = Readonly<Record<string, readonly [at: string, end: string]>>;

/**
 * Events as they came in, while the feed holds them. Payloads that hold events of the people are written anew without them; a place in the
 * feed stays, because places name events.
 */
export function createFeedHolder(deps: FeedHolderDeps): PersonalDataHolder {
  return {
    name: "feed",
    // The same events stand in the event engine, and are told of there.
    describe: () => Promise.resolve([]),
    erase: (tx, subjects, cursor) => erase(deps, tx, subjects, cursor),
  };
}

async function erase(deps: FeedHolderDeps, tx: Tx, subjects: ErasedSubjects, cursor: Json): Promise<EraseStep> {
  const lanes = await lanesOf(tx, cursor);
  const next = unfinished(lanes);
  if (next === undefined) return { cursor: lanes, done: true, removed: {} };
  const [lane, [at, end]] = next;
  const rows = await loadRowsToErase(tx, { lane: Number(lane), after: at, to: end, eventsMax: EVENTS_PER_STEP });
  let events = 0;
  for (const { seq, payload } of rows) {
    const cleaned = await clean(deps, subjects, payload);
    if (cleaned === undefined) continue;
    await replacePayload(tx, { lane: Number(lane), seq, payload: cleaned.payload });
    events += cleaned.events;
  }
  const came: Lanes = { ...lanes, [lane]: [rows.at(-1)?.seq ?? end, end] };
  return { cursor: came, done: unfinished(came) === undefined, removed: { events } };
}

/** A cursor that was at its end goes on to what came in since. */
async function lanesOf(tx: Tx, cursor: Json): Promise<Lanes> {
  // Written below in this shape.
  const known = isJsonObject(cursor) ? (cursor as Lanes) : {};
  if (unfinished(known) !== undefined) return known;
  return Object.fromEntries((await loadLaneEnds(tx)).map(({ lane, seq }) => [lane, [known[lane]?.[0] ?? "0", seq] as const]));
}

function unfinished(lanes: Lanes): readonly [lane: string, Lanes[string]] | undefined {
  return Object.entries(lanes).find(([, [at, end]]) => BigInt(at) < BigInt(end));
}

/** The payload without events of the people, and how many those were; undefined when there are none. */
async function clean(
  { cipher, originId }: FeedHolderDeps,
  subjects: ErasedSubjects,
  payload: Uint8Array,
): Promise<{ readonly payload: Uint8Array; readonly events: number } | undefined> {
  let events = 0;
  const kept = decodePayload(cipher, payload).map(({ event }) => {
    if (event.workspaceId !== subjects.workspaceId) return event;
    const may = withoutErased(event, (ref) => subjects.isErased(originId(event.workspaceId, ref)));
    if (may !== event) events += 1;
    return may ?? EMPTIED;
  });
  return events === 0 ? undefined : { payload: await encodePayload(cipher, kept.map(printEvent)), events };
}

/** Stands in the place of an event that was erased; readers of the feed pass over it. */
const EMPTIED: FeedEvent = {
  workspaceId: NOBODYS_WORKSPACE,
  messageId: "",
  source: "terrace",
  name: "",
  timeMs: 0,
  receivedAtMs: 0,
  ids: [],
  link: "observed",
  properties: {},
  context: EMPTY_CONTEXT,
  traits: [],
  secrets: {},
};
