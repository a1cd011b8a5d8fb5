import {
  DUMP_VERSION,
  type DumpedIdentity,
  type DumpedLink,
  type DumpedMerge,
  type PersonFacts,
} from "@terrace/domain/exports/person-dump";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import type { LogEntry, TraitLog } from "@terrace/domain/traits/trait-log";
import type { Tx } from "../../platform/storage/postgres.ts";
import { loadIdsOf, loadLinksFrom, loadMergesFrom, type FactRow, type LinkFact, type StoredMerge } from "./people-export.views.ts";
import { ERASED, reveal, revealText, tokenClass, tokensIn, type Reveal } from "./personal-text.ts";
import type { TagRow } from "./tag.store.ts";

/** What joins the ids of a page: with each other, and with ids of people elsewhere (`strangers`). */
export type Ties = {
  readonly links: readonly LinkFact[];
  readonly merges: readonly StoredMerge[];
  readonly strangers: Awaited<ReturnType<typeof loadIdsOf>>;
};

/** What was said about the ids of some people, and what joins them. */
export type Said = { readonly rows: readonly FactRow[]; readonly ties: Ties };

/** Reads what joins these ids, with each other and with ids elsewhere. */
export async function loadTies(tx: Tx, workspaceId: number, rows: readonly FactRow[]): Promise<Ties> {
  const own = new Set(rows.map(({ originId }) => originId));
  const [links, merges] = await Promise.all([loadLinksFrom(tx, workspaceId, [...own]), loadMergesFrom(tx, workspaceId, [...own])]);
  const named = [...links.flatMap(({ low, high }) => [low, high]), ...merges.flatMap(({ low, high, survivor }) => [low, high, survivor])];
  const strangers = new Set(named.filter((originId) => !own.has(originId)));
  return { links, merges, strangers: await loadIdsOf(tx, workspaceId, [...strangers]) };
}

/** The facts that make these people what they are, by person, with personal values as `show` gives them. */
export function factsOfPeople(
  { rows, tags, ties }: Said & { readonly tags: readonly TagRow[] },
  show: Reveal,
): ReadonlyMap<string, PersonFacts> {
  const owner = new Map(rows.map(({ originId, personId }) => [originId, personId]));
  const refs = readableIds([...rows, ...ties.strangers], show);
  // Those that rules put on are no facts: rules put them on again.
  const given = tags.filter(({ rule }) => rule === null);
  const tagsOf = Map.groupBy(given, ({ originId }) => originId);
  const [linksOf, mergesOf] = [byOwners(ties.links, owner), byOwners(ties.merges, owner)];
  return new Map(
    [...Map.groupBy(rows, ({ personId }) => personId)].map(([personId, identities]) => [
      personId,
      {
        version: DUMP_VERSION,
        identities: identities
          .filter(({ originId }) => refs.has(originId))
          .map((row) => identityOf(row, show, tagsOf.get(row.originId) ?? [])),
        links: (linksOf.get(personId) ?? []).flatMap((link) => linkOf(link, refs)),
        merges: (mergesOf.get(personId) ?? []).flatMap((merge) => mergeOf(merge, refs)),
      },
    ]),
  );
}

/** Ties by the people whose ids they join: both people of a tie have it, so that whoever is read second finds the other. */
function byOwners<Tie extends { readonly low: string; readonly high: string }>(
  ties: readonly Tie[],
  owner: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly Tie[]> {
  const found = new Map<string, Tie[]>();
  for (const tie of ties) {
    for (const personId of new Set([owner.get(tie.low), owner.get(tie.high)])) {
      if (personId === undefined) continue;
      const own = found.get(personId) ?? [];
      own.push(tie);
      found.set(personId, own);
    }
  }
  return found;
}

type Refs = ReadonlyMap<string, IdentityRef>;

/** Ids by origin. An erased one has no value any more, so nothing can be said about it elsewhere. */
function readableIds(rows: readonly Pick<FactRow, "originId" | "kind" | "value" | "class">[], show: Reveal): Refs {
  return new Map(
    rows.flatMap((row) => {
      const value = revealText(row.value, show);
      return row.class !== "" && value === ERASED ? [] : [[row.originId, { kind: row.kind, value }] as const];
    }),
  );
}

function linkOf(link: LinkFact, refs: Refs): readonly DumpedLink[] {
  const [low, high] = [refs.get(link.low), refs.get(link.high)];
  if (low === undefined || high === undefined) return [];
  const assertedAtMs = link.assertedAtMs === null ? null : Number(link.assertedAtMs);
  return [{ low, high, firstAtMs: Number(link.firstAtMs), assertedAtMs, keptApart: link.keptApart }];
}

function mergeOf(merge: StoredMerge, refs: Refs): readonly DumpedMerge[] {
  const [low, high, survivor] = [refs.get(merge.low), refs.get(merge.high), refs.get(merge.survivor)];
  if (low === undefined || high === undefined || survivor === undefined) return [];
  return [
    {
      low,
      high,
      survivor,
      atMs: Number(merge.atMs),
      waived: merge.waived,
      reason: merge.reason,
      madeBy: merge.madeBy,
      createdAt: merge.createdAt.toISOString(),
      takenBackAt: merge.takenBackAt?.toISOString() ?? null,
      takenBackBy: merge.takenBackBy,
    },
  ];
}

function identityOf(row: FactRow, show: Reveal, tags: readonly TagRow[]): DumpedIdentity {
  const logs = Object.entries(row.state?.k ?? {});
  return {
    kind: row.kind,
    value: revealText(row.value, show),
    firstSeenMs: row.firstSeenMs,
    lastSeenMs: row.lastSeenMs,
    severedMs: row.severedMs,
    traits: Object.fromEntries(logs.map(([key, log]) => [revealText(key, show), log.map((entry) => entryInClear(entry, show))])),
    marked: logs.filter(([, log]) => holdsMarked(log)).map(([key]) => key),
    ...(row.state?.c === undefined ? {} : { cleared: row.state.c }),
    tags: tags.map(({ tag, owner, createdAt, expiresAt }) => ({
      tag,
      owner,
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt?.toISOString() ?? null,
    })),
  };
}

function entryInClear([timeMs, tie, op, value]: LogEntry, show: Reveal): LogEntry {
  return [timeMs, tie, op, reveal(value, show)];
}

function holdsMarked(log: TraitLog): boolean {
  return log.some(([, , , value]) => [...tokensIn(value)].some((token) => tokenClass(token) === "marked"));
}
