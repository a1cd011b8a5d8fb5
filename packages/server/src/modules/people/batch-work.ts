import type { FeedEvent, PersonalClass } from "@terrace/domain/event/feed-event";
import { isTold } from "@terrace/domain/event/segment-events";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { compareOrigins } from "@terrace/domain/identity/person-order";
import type { TraitMessage } from "@terrace/domain/traits/fold-traits";
import type { KnownFacts, KnownLink, KnownOrigin } from "./known-facts.ts";

/** Last seen is written at most this often per id. */
const SEEN_EVERY_MS = 60_000;

/** What a batch says about one id. */
export type OriginWork = {
  readonly originId: string;
  readonly ref: IdentityRef;
  firstMs: number;
  lastMs: number | null;
  severedMs: number | null;
  readonly messages: TraitMessage[];
};

/** What a batch says about two ids belonging together. */
export type LinkWork = {
  readonly low: string;
  readonly high: string;
  /** The stronger of the two. */ readonly from: string;
  firstAtMs: number;
  lastAtMs: number;
  assertedAtMs: number | null;
  count: number;
};

export type SealWork = { readonly originId: string; readonly token: string; readonly class: PersonalClass; readonly value: string };

/** Everything a batch says about one workspace's people that is not known to be stored. */
export type WorkspaceWork = {
  readonly workspaceId: number;
  readonly origins: Map<string, OriginWork>;
  readonly links: Map<string, LinkWork>;
  readonly seals: Map<string, SealWork>;
  /** Clear values that came beside trait changes, by `origin token`. */
  readonly clear: Map<string, string>;
};

export type OriginIdOf = (workspaceId: number, kind: IdentityRef["kind"], value: string) => string;

/** Sorts out what a batch says that is new, per workspace in ascending order. Events of nobody say nothing. */
export function gatherWork(events: readonly FeedEvent[], originIdOf: OriginIdOf, known: KnownFacts): readonly WorkspaceWork[] {
  const workspaces = new Map<number, WorkspaceWork>();
  for (const event of events) {
    if (event.ids.length === 0) continue;
    let work = workspaces.get(event.workspaceId);
    if (work === undefined) {
      work = { workspaceId: event.workspaceId, origins: new Map(), links: new Map(), seals: new Map(), clear: new Map() };
      workspaces.set(event.workspaceId, work);
    }
    gatherEvent(work, event, originIdOf, known);
  }
  return [...workspaces.values()]
    .filter((work) => work.origins.size > 0 || work.seals.size > 0)
    .toSorted((a, b) => a.workspaceId - b.workspaceId);
}

function gatherEvent(work: WorkspaceWork, event: FeedEvent, originIdOf: OriginIdOf, known: KnownFacts): void {
  const [first, ...others] = event.ids;
  if (first === undefined) return;
  const origin = originIdOf(event.workspaceId, first.kind, first.value);
  const fact = known.origin(event.workspaceId, origin);
  noteSeen(work, event, { ref: first, originId: origin, primary: !isTold(event.name) }, fact);
  others.forEach((ref, index) => {
    const other = originIdOf(event.workspaceId, ref.kind, ref.value);
    if (other === origin) return;
    noteSeen(work, event, { ref, originId: other, primary: false }, known.origin(event.workspaceId, other));
    if (event.link === "unbound" && index === others.length - 1) noteSevered(work, event, ref, other);
    else noteLink(work, event, { first, origin, ref, other }, fact);
  });
  if (event.link === "unbound" && others.length === 0) noteSevered(work, event, first, origin);
  if (event.traits.length > 0)
    originWork(work, event, first, origin).messages.push({ timeMs: event.timeMs, messageId: event.messageId, changes: event.traits });
  noteSecrets(work, event, { ref: first, originId: origin }, known);
}

function noteSevered(work: WorkspaceWork, event: FeedEvent, ref: IdentityRef, originId: string): void {
  const item = originWork(work, event, ref, originId);
  item.severedMs = Math.max(item.severedMs ?? event.timeMs, event.timeMs);
}

function noteSecrets(
  work: WorkspaceWork,
  event: FeedEvent,
  id: { readonly ref: IdentityRef; readonly originId: string },
  known: KnownFacts,
): void {
  for (const [token, secret] of Object.entries(event.secrets)) {
    const key = `${id.originId} ${token}`;
    if (event.traits.length > 0) work.clear.set(key, secret.value);
    if (known.isSealed(id.originId, token)) continue;
    originWork(work, event, id.ref, id.originId);
    work.seals.set(key, { originId: id.originId, token, class: secret.class, value: secret.value });
  }
}

function noteSeen(
  work: WorkspaceWork,
  event: FeedEvent,
  id: { readonly ref: IdentityRef; readonly originId: string; readonly primary: boolean },
  fact: KnownOrigin | undefined,
): void {
  const fresh =
    fact !== undefined &&
    fact.firstSeenMs <= event.timeMs &&
    (!id.primary || (fact.lastSeenMs !== null && event.timeMs < fact.lastSeenMs + SEEN_EVERY_MS));
  if (fresh && !work.origins.has(id.originId)) return;
  const item = originWork(work, event, id.ref, id.originId);
  item.firstMs = Math.min(item.firstMs, event.timeMs);
  if (id.primary) item.lastMs = Math.max(item.lastMs ?? event.timeMs, event.timeMs);
}

type Pair = { readonly first: IdentityRef; readonly origin: string; readonly ref: IdentityRef; readonly other: string };

function noteLink(work: WorkspaceWork, event: FeedEvent, pair: Pair, known: KnownOrigin | undefined): void {
  const fact = known?.links.find(({ other }) => other === pair.other);
  if (fact !== undefined && saysNothingNew(fact, event)) return;
  originWork(work, event, pair.first, pair.origin);
  originWork(work, event, pair.ref, pair.other);
  const assertedAtMs = event.link === "asserted" ? event.timeMs : null;
  const [low, high] = compareOrigins(pair.origin, pair.other) < 0 ? [pair.origin, pair.other] : [pair.other, pair.origin];
  const item = work.links.get(`${low} ${high}`);
  if (item === undefined) {
    work.links.set(`${low} ${high}`, {
      low,
      high,
      from: pair.origin,
      firstAtMs: event.timeMs,
      lastAtMs: event.timeMs,
      assertedAtMs,
      count: 1,
    });
    return;
  }
  item.firstAtMs = Math.min(item.firstAtMs, event.timeMs);
  item.lastAtMs = Math.max(item.lastAtMs, event.timeMs);
  if (assertedAtMs !== null) item.assertedAtMs = Math.max(item.assertedAtMs ?? assertedAtMs, assertedAtMs);
  item.count += 1;
}

function saysNothingNew(fact: KnownLink, event: FeedEvent): boolean {
  if (event.timeMs < fact.firstAtMs) return false;
  if (event.link === "asserted" && (fact.assertedAtMs ?? -Infinity) < event.timeMs) return false;
  return !fact.refused || event.timeMs < fact.countedAtMs + SEEN_EVERY_MS;
}

function originWork(work: WorkspaceWork, event: FeedEvent, ref: IdentityRef, originId: string): OriginWork {
  let item = work.origins.get(originId);
  if (item === undefined) {
    item = { originId, ref, firstMs: event.timeMs, lastMs: null, severedMs: null, messages: [] };
    work.origins.set(originId, item);
  }
  return item;
}
