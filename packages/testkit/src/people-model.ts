import { EMPTY_CONTEXT, type FeedEvent } from "@terrace/domain/event/feed-event";
import type { IdentityKind, IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { linkTime } from "@terrace/domain/identity/link-time";
import { compareOrigins } from "@terrace/domain/identity/person-order";
import { planPeople, type PersonLink } from "@terrace/domain/identity/plan-people";
import type { JsonObject } from "@terrace/domain/json";
import { applyTraits, EMPTY_TRAITS, foldTraits, traitsObject } from "@terrace/domain/traits/fold-traits";
import { inTransaction, type Db, type Tx } from "@terrace/server/platform/storage/postgres";

/** An event with what matters to people, the rest filled in. */
export function eventOf(part: Partial<FeedEvent> & Pick<FeedEvent, "ids" | "timeMs">): FeedEvent {
  return {
    workspaceId: 1,
    messageId: `m-${part.timeMs}-${part.ids.map(({ value }) => value).join("-")}`,
    source: "segment",
    name: "Viewed",
    receivedAtMs: part.timeMs,
    link: "observed",
    properties: {},
    context: EMPTY_CONTEXT,
    traits: [],
    secrets: {},
    ...part,
  };
}

export const user = (value: string): IdentityRef => ({ kind: "user_id", value });
export const device = (value: string): IdentityRef => ({ kind: "anonymous_id", value });
export const phone = (value: string): IdentityRef => ({ kind: "phone", value });
export const member = (value: string): IdentityRef => ({ kind: "member_no", value });

/** Resolves a batch in a transaction of its own, as the pipeline does. */
export async function settle(
  db: Db,
  resolve: (tx: Tx, events: readonly FeedEvent[]) => Promise<{ readonly committed: () => void }>,
  events: readonly FeedEvent[],
): Promise<void> {
  const resolved = await inTransaction(db, (tx) => resolve(tx, events));
  resolved.committed();
}

/** A picture of everyone: origins by person, and traits, comparable as JSON. */
export type Picture = Readonly<
  Record<
    string,
    { readonly origins: readonly string[]; readonly traits: JsonObject; readonly firstSeenMs: number; readonly idsCount: number }
  >
>;

export async function storedPicture(db: Db, workspaceId: number): Promise<Picture> {
  const rows = await db<{ person_id: string; origins: string[]; traits: JsonObject | null; first_seen_ms: string; ids_count: number }[]>`
    select p.person_id, array_agg(i.origin_id::text order by i.origin_id) as origins, max(f.traits::text)::jsonb as traits, p.first_seen_ms, p.ids_count
    from person p left join identity i on i.workspace_id = p.workspace_id and i.person_id = p.person_id
    left join person_profile f on f.workspace_id = p.workspace_id and f.person_id = p.person_id
    where p.workspace_id = ${workspaceId} group by p.person_id, p.first_seen_ms, p.ids_count`;
  const [orphans] = await db<
    { count: string }[]
  >`select count(*) from identity i where i.workspace_id = ${workspaceId} and not exists (select from person p where p.workspace_id = i.workspace_id and p.person_id = i.person_id)`;
  if (orphans?.count !== "0") throw new Error(`${orphans?.count} ids belong to nobody`);
  return Object.fromEntries(
    rows.map((row) => [
      row.person_id,
      { origins: row.origins, traits: row.traits ?? {}, firstSeenMs: Number(row.first_seen_ms), idsCount: row.ids_count },
    ]),
  );
}

export type OriginIdOf = (workspaceId: number, kind: IdentityKind, value: string) => string;

/** What the facts of these events and merges say everyone is: the model the store is compared with. */
export function plannedPicture(
  workspaceId: number,
  events: readonly FeedEvent[],
  originIdOf: OriginIdOf,
  merges: readonly PersonLink[] = [],
): Picture {
  const own = events.filter((event) => event.workspaceId === workspaceId);
  const kinds = new Map<string, IdentityKind>();
  const first = new Map<string, number>();
  const severed = new Map<string, number>();
  const links = new Map<string, { low: string; high: string; firstAtMs: number; assertedAtMs: number | null }>();
  for (const event of own) {
    const ids = event.ids.map(({ kind, value }) => originIdOf(workspaceId, kind, value));
    event.ids.forEach(({ kind }, index) => {
      const id = ids[index] ?? "";
      kinds.set(id, kind);
      first.set(id, Math.min(first.get(id) ?? Infinity, event.timeMs));
    });
    const from = ids[0] ?? "";
    ids.slice(event.ids.length === 1 ? 0 : 1).forEach((other, index, rest) => {
      if (event.link === "unbound" && index === rest.length - 1)
        severed.set(other, Math.max(severed.get(other) ?? -Infinity, event.timeMs));
      else if (other !== from) noteLink(links, event, from, other);
    });
  }
  const held = [...links.values()].flatMap(({ low, high, firstAtMs, assertedAtMs }) => {
    const atMs = linkTime({ firstAtMs, assertedAtMs, severedMs: maxOrNull(severed.get(low), severed.get(high)) });
    return atMs === undefined ? [] : [{ low, high, atMs, waived: false }];
  });
  return Object.fromEntries(
    planPeople(kinds, [...held, ...merges]).people.map(({ personId, origins }) => {
      const states = origins.map((origin) =>
        applyTraits(
          EMPTY_TRAITS,
          own
            .filter((event) => originIdOf(workspaceId, event.ids[0]?.kind ?? "user_id", event.ids[0]?.value ?? "") === origin)
            .map((event) => ({ timeMs: event.timeMs, messageId: event.messageId, changes: event.traits })),
        ),
      );
      return [
        personId,
        {
          origins: origins.toSorted(compareOrigins),
          traits: traitsObject(foldTraits(states)),
          firstSeenMs: Math.min(...origins.map((origin) => first.get(origin) ?? Infinity)),
          idsCount: origins.length,
        },
      ];
    }),
  );
}

function noteLink(
  links: Map<string, { low: string; high: string; firstAtMs: number; assertedAtMs: number | null }>,
  event: FeedEvent,
  from: string,
  other: string,
): void {
  const [low, high] = compareOrigins(from, other) < 0 ? [from, other] : [other, from];
  const known = links.get(`${low} ${high}`) ?? { low, high, firstAtMs: Infinity, assertedAtMs: null };
  known.firstAtMs = Math.min(known.firstAtMs, event.timeMs);
  if (event.link === "asserted") known.assertedAtMs = Math.max(known.assertedAtMs ?? -Infinity, event.timeMs);
  links.set(`${low} ${high}`, known);
}

function maxOrNull(a: number | undefined, b: number | undefined): number | null {
  return a === undefined && b === undefined ? null : Math.max(a ?? -Infinity, b ?? -Infinity);
}
