import type { FeedEvent, PersonalClass } from "@terrace/domain/event/feed-event";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { compareOrigins } from "@terrace/domain/identity/person-order";
import type { TraitMessage } from "@terrace/domain/traits/fold-traits";
import type { KnownFacts } from "./known-facts.ts";

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
export type LinkWork = { readonly low: string; readonly high: string; /** The stronger of the two. */ readonly from: string; firstAtMs: number; lastAtMs: number; assertedAtMs: number | null; count: number };

export type SealWork = { readonly originId: string; readonly token: string; readonly class: PersonalClass; readonly value: string };

/** Everything a batch says about one workspace's people that is not known to be stored. */
export type WorkspaceWork = {
  readonly workspaceId: number;
  readonly origins: Map<string, OriginWork>;
  readonly links: Map<string, LinkWork>;
  readonly seals: Map<string, SealWork>;
};

export type OriginIdOf = (workspaceId: number, kind: IdentityRef["kind"], value: string) => string;

/** Sorts out what a batch says that is new, per workspace in ascending order. Events of nobody say nothing. */
export function gatherWork(events: readonly FeedEvent[], originIdOf: OriginIdOf, known: KnownFacts): readonly WorkspaceWork[] {
  const workspaces = new Map<number, WorkspaceWork>();
  for (const event of events) {
    if (event.ids.length === 0) continue;
    let work = workspaces.get(event.workspaceId);
    if (work === undefined) {
      work = { workspaceId: event.workspaceId, origins: new Map(), links: new Map(), seals: new Map() };
      workspaces.set(event.workspaceId, work);
    }
    gatherEvent(work, event, originIdOf, known);
  }
  return [...workspaces.values()].filter((work) => work.origins.size > 0 || work.seals.size > 0).toSorted((a, b) => a.workspaceId - b.workspaceId);
}

function gatherEvent(work: WorkspaceWork, event: FeedEvent, originIdOf: OriginIdOf, known: KnownFacts): void {
  const originIds = event.ids.map((ref) => originIdOf(event.workspaceId, ref.kind, ref.value));
  const origin = originIds[0] ?? "";
  event.ids.forEach((ref, index) => {
    const originId = originIds[index] ?? "";
    if (index > 0 && originId === origin) return;
    noteSeen(work, event, { ref, originId, primary: index === 0 }, known);
  });
  const severed = event.link === "unbound" ? originIds.length - 1 : -1;
  if (severed >= 0) {
    const taken = originWork(work, event, event.ids[severed], originIds[severed]);
    if (taken !== undefined) taken.severedMs = Math.max(taken.severedMs ?? event.timeMs, event.timeMs);
  }
  for (let index = 1; index < originIds.length; index += 1) {
    const other = originIds[index];
    if (other !== undefined && index !== severed && other !== origin) noteLink(work, event, { origin, other, index }, known);
  }
  if (event.traits.length > 0) originWork(work, event, event.ids[0], origin)?.messages.push({ timeMs: event.timeMs, messageId: event.messageId, changes: event.traits });
  for (const [token, secret] of Object.entries(event.secrets)) {
    if (known.isSealed(origin, token)) continue;
    originWork(work, event, event.ids[0], origin);
    work.seals.set(`${origin} ${token}`, { originId: origin, token, class: secret.class, value: secret.value });
  }
}

function noteSeen(work: WorkspaceWork, event: FeedEvent, id: { readonly ref: IdentityRef; readonly originId: string; readonly primary: boolean }, known: KnownFacts): void {
  const fact = known.origin(event.workspaceId, id.originId);
  const fresh = fact !== undefined && fact.firstSeenMs <= event.timeMs && (!id.primary || (fact.lastSeenMs !== null && event.timeMs < fact.lastSeenMs + SEEN_EVERY_MS));
  if (fresh && !work.origins.has(id.originId)) return;
  const item = originWork(work, event, id.ref, id.originId);
  if (item === undefined) return;
  item.firstMs = Math.min(item.firstMs, event.timeMs);
  if (id.primary) item.lastMs = Math.max(item.lastMs ?? event.timeMs, event.timeMs);
}

function noteLink(work: WorkspaceWork, event: FeedEvent, pair: { readonly origin: string; readonly other: string; readonly index: number }, known: KnownFacts): void {
  const asserted = event.link === "asserted";
  const fact = known.origin(event.workspaceId, pair.origin)?.links.find(({ other }) => other === pair.other);
  if (fact !== undefined && fact.firstAtMs <= event.timeMs && (!asserted || (fact.assertedAtMs !== null && fact.assertedAtMs >= event.timeMs))
    && (!fact.refused || event.timeMs < fact.countedAtMs + SEEN_EVERY_MS)) return;
  originWork(work, event, event.ids[0], pair.origin);
  originWork(work, event, event.ids[pair.index], pair.other);
  const [low, high] = compareOrigins(pair.origin, pair.other) < 0 ? [pair.origin, pair.other] : [pair.other, pair.origin];
  const key = `${low} ${high}`;
  const item = work.links.get(key);
  if (item === undefined) {
    work.links.set(key, { low, high, from: pair.origin, firstAtMs: event.timeMs, lastAtMs: event.timeMs, assertedAtMs: asserted ? event.timeMs : null, count: 1 });
    return;
  }
  item.firstAtMs = Math.min(item.firstAtMs, event.timeMs);
  item.lastAtMs = Math.max(item.lastAtMs, event.timeMs);
  if (asserted) item.assertedAtMs = Math.max(item.assertedAtMs ?? event.timeMs, event.timeMs);
  item.count += 1;
}

function originWork(work: WorkspaceWork, event: FeedEvent, ref: IdentityRef | undefined, originId: string | undefined): OriginWork | undefined {
  if (ref === undefined || originId === undefined) return undefined;
  let item = work.origins.get(originId);
  if (item === undefined) {
    item = { originId, ref, firstMs: event.timeMs, lastMs: null, severedMs: null, messages: [] };
    work.origins.set(originId, item);
  }
  return item;
}
