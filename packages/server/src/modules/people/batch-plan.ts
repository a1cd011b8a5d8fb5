import { linkTime } from "@terrace/domain/identity/link-time";
import { compareOrigins, kindBit } from "@terrace/domain/identity/person-order";
import { joinPeople, NEVER_JOINED, planInnerLink, planLink, refusalOf, type PersonSummary } from "@terrace/domain/identity/plan-link";
import type { LinkWork, OriginWork, WorkspaceWork } from "./batch-work.ts";
import {
  linkKey,
  type ConflictSeen,
  type FreshIdentity,
  type LinkRow,
  type LocatedOrigin,
  type PersonMove,
  type PersonRow,
  type StoredLink,
} from "./person-row.ts";

/** What is stored about the ids and people of a batch; the people are locked. */
export type BatchGround = {
  readonly located: ReadonlyMap<string, LocatedOrigin>;
  readonly people: ReadonlyMap<string, PersonRow>;
  readonly links: ReadonlyMap<string, StoredLink>;
};

/** What a batch changes. */
export type BatchPlan = {
  readonly fresh: readonly FreshIdentity[];
  readonly seen: readonly {
    readonly originId: string;
    readonly firstMs: number;
    readonly lastMs: number | null;
    readonly severedMs: number | null;
  }[];
  /** New and changed people; `structural` = their ids changed, not only when they were seen. */
  readonly people: readonly (PersonRow & { readonly structural: boolean })[];
  /** New people, who need no lock because nobody else can see them yet. */
  readonly created: readonly string[];
  readonly moves: readonly PersonMove[];
  readonly links: readonly LinkRow[];
  readonly conflicts: readonly ConflictSeen[];
  /** Ids whose neighbourhood must be planned anew after the rest is written. */
  readonly recompute: readonly string[];
  /** Ids whose people's traits must be folded anew. */
  readonly refold: readonly string[];
};

/** Pairs of the batch about which more must be read: joins of stored people, and links of severed ids. */
export function linksToRead(work: WorkspaceWork, located: BatchGround["located"]): readonly LinkWork[] {
  return [...work.links.values()].filter((link) => {
    const low = located.get(link.low);
    const high = located.get(link.high);
    if (low === undefined || high === undefined) return false;
    return low.personId !== high.personId || severedOf(link, work, located) !== null;
  });
}

/** Decides what becomes of the people of a batch. */
export function planBatch(work: WorkspaceWork, ground: BatchGround): BatchPlan {
  const nodes = createNodes(work, ground);
  const decisions = [...work.links.values()]
    .toSorted((a, b) => a.firstAtMs - b.firstAtMs || compareOrigins(a.low, b.low) || compareOrigins(a.high, b.high))
    .map((link) => decide(link, work, ground, nodes));
  const severed = [...work.origins.values()].filter((item) => isSevered(item, ground.located));
  return {
    ...writePeople(nodes.roots(), work, ground),
    seen: [...work.origins.values()].flatMap((item) => seenOf(item, ground.located.get(item.originId))),
    links: decisions.map(({ row }) => row).toSorted((a, b) => compareOrigins(a.low, b.low) || compareOrigins(a.high, b.high)),
    conflicts: decisions.flatMap(({ link, row }) =>
      row.refused === null
        ? []
        : [{ low: link.low, high: link.high, reason: row.refused, firstMs: link.firstAtMs, lastMs: link.lastAtMs, count: link.count }],
    ),
    recompute: [...decisions.filter(({ recompute }) => recompute).map(({ link }) => link.low), ...severed.map(({ originId }) => originId)],
    refold: [
      ...[...work.origins.values()].filter(({ messages }) => messages.length > 0).map(({ originId }) => originId),
      ...nodes
        .roots()
        .filter(isReshaped)
        .map((node) => node.summary.personId),
    ],
  };
}

type Node = {
  parent: Node | undefined;
  summary: PersonSummary;
  firstMs: number;
  lastMs: number;
  severed: boolean;
  readonly stored: PersonRow[];
  readonly fresh: OriginWork[];
};
type Nodes = {
  readonly of: (originId: string) => Node | undefined;
  readonly join: (a: Node, b: Node, atMs: number) => void;
  readonly roots: () => readonly Node[];
};

function createNodes(work: WorkspaceWork, { located, people }: BatchGround): Nodes {
  const byPerson = new Map<string, Node>();
  const byOrigin = new Map<string, Node>();
  for (const item of work.origins.values()) {
    const personId = located.get(item.originId)?.personId;
    const row = personId === undefined ? undefined : people.get(personId);
    if (row === undefined) {
      const summary = { personId: item.originId, kinds: kindBit(item.ref.kind), idsCount: 1, joinedAtMs: NEVER_JOINED, waived: false };
      byOrigin.set(item.originId, {
        parent: undefined,
        summary,
        firstMs: item.firstMs,
        lastMs: item.lastMs ?? item.firstMs,
        severed: false,
        stored: [],
        fresh: [item],
      });
      continue;
    }
    const node = byPerson.get(row.personId) ?? {
      parent: undefined,
      summary: row,
      firstMs: row.firstSeenMs,
      lastMs: row.lastSeenMs,
      severed: false,
      stored: [row],
      fresh: [],
    };
    node.firstMs = Math.min(node.firstMs, item.firstMs);
    node.lastMs = Math.max(node.lastMs, item.lastMs ?? -Infinity);
    node.severed ||= isSevered(item, located);
    byPerson.set(row.personId, node);
    byOrigin.set(item.originId, node);
  }
  const all = new Set(byOrigin.values());
  return {
    of: (originId) => rootOf(byOrigin.get(originId)),
    roots: () => [...all].filter((node) => node.parent === undefined),
    join: (a, b, atMs) => {
      a.summary = joinPeople(a.summary, b.summary, atMs);
      a.firstMs = Math.min(a.firstMs, b.firstMs);
      a.lastMs = Math.max(a.lastMs, b.lastMs);
      a.severed ||= b.severed;
      a.stored.push(...b.stored);
      a.fresh.push(...b.fresh);
      b.parent = a;
    },
  };
}

function rootOf(node: Node | undefined): Node | undefined {
  let root = node;
  while (root?.parent !== undefined) root = root.parent;
  return root;
}

type Decision = { readonly link: LinkWork; readonly row: LinkRow; readonly recompute: boolean };

function decide(link: LinkWork, work: WorkspaceWork, ground: BatchGround, nodes: Nodes): Decision {
  const stored = ground.links.get(linkKey(link));
  const severedMs = severedOf(link, work, ground.located);
  const atMs = timeOf(link, stored, severedMs);
  if (stored?.keptApart === true) return decision(link, stored.refused, false);
  const heldSince = stored === undefined ? undefined : linkTime({ ...stored, severedMs });
  if (atMs === undefined) return decision(link, stored?.refused ?? null, heldSince !== undefined);
  // A link that now counts from later, or not at all, may have kept others out until then.
  const movedLater = heldSince !== undefined && heldSince < atMs;
  const outcome = meet(nodes, link, atMs);
  return decision(link, outcome.refused, movedLater || outcome.again);
}

/** Joins the two people of a link where that is right. */
function meet(nodes: Nodes, link: LinkWork, atMs: number): { readonly refused: LinkRow["refused"]; readonly again: boolean } {
  const low = nodes.of(link.low);
  const high = nodes.of(link.high);
  if (low === undefined || high === undefined) throw new Error("a link to an id that is not in the batch");
  if (low === high) return { refused: null, again: planInnerLink(low.summary, atMs) === "recompute" };
  const verdict = planLink(low.summary, high.summary, atMs);
  if (verdict.kind !== "join") return { refused: refusalOf(low.summary, high.summary) ?? null, again: verdict.kind === "recompute" };
  nodes.join(low, high, atMs);
  return { refused: null, again: false };
}

function decision(link: LinkWork, refused: LinkRow["refused"], again: boolean): Decision {
  return {
    link,
    row: { low: link.low, high: link.high, firstAtMs: link.firstAtMs, assertedAtMs: link.assertedAtMs, refused },
    recompute: again,
  };
}

function timeOf(link: LinkWork, stored: StoredLink | undefined, severedMs: number | null): number | undefined {
  if (stored === undefined) return linkTime({ ...link, severedMs });
  return linkTime({
    firstAtMs: Math.min(link.firstAtMs, stored.firstAtMs),
    assertedAtMs: laterOf(link.assertedAtMs, stored.assertedAtMs),
    severedMs,
  });
}

function severedOf(link: LinkWork, work: WorkspaceWork, located: BatchGround["located"]): number | null {
  return [link.low, link.high].reduce<number | null>(
    (latest, id) => laterOf(latest, laterOf(located.get(id)?.severedMs ?? null, work.origins.get(id)?.severedMs ?? null)),
    null,
  );
}

function writePeople(
  roots: readonly Node[],
  work: WorkspaceWork,
  ground: BatchGround,
): Pick<BatchPlan, "fresh" | "people" | "created" | "moves"> {
  const fresh: FreshIdentity[] = [];
  const created: string[] = [];
  const people: (PersonRow & { readonly structural: boolean })[] = [];
  const moves: PersonMove[] = [];
  for (const node of roots) {
    const { personId } = node.summary;
    const row: PersonRow = { ...node.summary, firstSeenMs: node.firstMs, lastSeenMs: node.lastMs };
    const before = ground.people.get(personId);
    // A severed id changes what its links mean: others who wait for the person must look again.
    const structural = node.fresh.length > 0 || node.stored.length > 1 || node.severed;
    if (before === undefined) created.push(personId);
    if (before === undefined || structural || row.firstSeenMs < before.firstSeenMs || row.lastSeenMs > before.lastSeenMs)
      people.push({ ...row, structural });
    for (const other of node.stored) if (other.personId !== personId) moves.push({ from: other.personId, to: personId });
    for (const item of node.fresh)
      fresh.push({
        originId: item.originId,
        ref: item.ref,
        personId,
        firstMs: item.firstMs,
        lastMs: item.lastMs,
        severedMs: item.severedMs,
      });
  }
  return {
    fresh: fresh.toSorted((a, b) => compareOrigins(a.originId, b.originId)),
    created,
    people: people.toSorted((a, b) => compareOrigins(a.personId, b.personId)),
    moves: moves.toSorted((a, b) => compareOrigins(a.from, b.from)),
  };
}

/** A stored id is severed later than is known. */
function isSevered(item: OriginWork, located: BatchGround["located"]): boolean {
  const stored = located.get(item.originId);
  return stored !== undefined && item.severedMs !== null && item.severedMs > (stored.severedMs ?? -Infinity);
}

/** Stored people were joined, or a stored person goes by a new id: what is kept per person must follow. */
function isReshaped(node: Node): boolean {
  return node.stored.length > 1 || node.stored.some(({ personId }) => personId !== node.summary.personId);
}

function seenOf(item: OriginWork, stored: LocatedOrigin | undefined): BatchPlan["seen"] {
  if (stored === undefined) return [];
  const news =
    item.firstMs < stored.firstSeenMs ||
    (item.lastMs !== null && item.lastMs > (stored.lastSeenMs ?? -Infinity)) ||
    (item.severedMs !== null && item.severedMs > (stored.severedMs ?? -Infinity));
  return news ? [{ originId: item.originId, firstMs: item.firstMs, lastMs: item.lastMs, severedMs: item.severedMs }] : [];
}

function laterOf(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}
