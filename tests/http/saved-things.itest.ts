import type { AnnotationView } from "@terrace/contract/api/annotations";
import type { SegmentView } from "@terrace/contract/api/segments";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let terrace: TestTerrace;
type Listed = {
  readonly items: readonly { readonly id: string; readonly identities: readonly { readonly value: string }[] }[];
  readonly total: number;
};

const period = { from: "2026-03-01", to: "2026-03-08" };
/** u0 … u5 visit; the even ones buy. */
const PEOPLE = 6;
const personIds = new Map<string, string>();

beforeAll(async () => {
  terrace = await startTerrace();
  const names = Array.from({ length: PEOPLE }, (_, index) => `u${index}`);
  await terrace.send(
    names.flatMap((userId, index) => [
      { type: "track", userId, event: "Visited", messageId: `v${index}`, timestamp: "2026-03-02T08:00:00.000Z" },
      ...(index % 2 === 0
        ? [
            {
              type: "track",
              userId,
              event: "Bought",
              messageId: `b${index}`,
              timestamp: "2026-03-03T08:00:00.000Z",
              properties: { total: index },
            },
          ]
        : []),
    ]),
  );
  await eventually(async () => {
    const { items } = await terrace.api<Listed>("/people");
    expect(items).toHaveLength(PEOPLE);
    for (const { id, identities } of items) personIds.set(identities[0]?.value ?? "", id);
    expect((await terrace.api<{ items: unknown[] }>("/events?messageId=b4")).items).toHaveLength(1);
  });
}, 90_000);
afterAll(async () => {
  await terrace.stop();
});

/** Who is in a segment, by user id. */
async function members(segment: string): Promise<readonly string[]> {
  const { items } = await terrace.api<Listed>(`/people?segment=${segment}`);
  return items.flatMap(({ identities }) => identities.map(({ value }) => value)).toSorted();
}

async function refused(path: string, init: { readonly method?: string; readonly body?: unknown }): Promise<string> {
  return terrace.api(path, init).then(
    () => "",
    (error: unknown) => String(error),
  );
}

describe("segments", () => {
  test("the people behind a figure are kept, whatever becomes of the figure", async () => {
    const query = { period, steps: [{ event: "Visited" }, { event: "Bought" }] };
    const from = { kind: "funnel", query, cell: { step: 2, outcome: "dropped" } };
    const made = await terrace.api<SegmentView & { unknown: number }>("/segments", { body: { name: "Saw and left", from } });
    expect(made).toMatchObject({ name: "Saw and left", kind: "snapshot", madeFrom: from, size: 3, ready: true, unknown: 0 });
    expect(await members(made.id)).toEqual(["u1", "u3", "u5"]);
    const { items } = await terrace.api<{ items: SegmentView[] }>("/segments?search=saw");
    expect(items.map(({ id }) => id)).toEqual([made.id]);
    const of = await terrace.api<{ items: { id: string }[] }>(`/people/${personIds.get("u3")}/segments`);
    expect(of.items.map(({ id }) => id)).toEqual([made.id]);
  });

  test("people given by their ids; ids that nobody has are told", async () => {
    const people = [personIds.get("u0"), personIds.get("u1"), "123456789"];
    const made = await terrace.api<SegmentView & { unknown: number }>("/segments", { body: { name: "By hand", people } });
    expect(made).toMatchObject({ madeFrom: null, size: 2, unknown: 1 });
    await terrace.api(`/segments/${made.id}`, { method: "PATCH", body: { name: "Two", archived: true } });
    expect((await terrace.api<{ items: SegmentView[] }>("/segments?archived=true")).items).toMatchObject([{ id: made.id, name: "Two" }]);
    await terrace.api(`/segments/${made.id}`, { method: "DELETE" });
    expect(await refused(`/segments/${made.id}`, {})).toContain("segment.not_found");
    expect(await members(made.id)).toEqual([]);
  });

  test("who is joined with a member is in, and who is erased is out", async () => {
    const { id } = await terrace.api<SegmentView>("/segments", {
      body: { name: "Merged", people: [personIds.get("u1"), personIds.get("u2")] },
    });
    await terrace.api("/merges", {
      body: { people: [personIds.get("u0"), personIds.get("u1")], reason: "one and the same", confirmConflicts: true },
    });
    await eventually(async () => expect(await members(id)).toEqual(["u0", "u1", "u2"]));
    await terrace.api("/erasures", { body: { people: [personIds.get("u2")], reason: "asked for", confirm: "erase" } });
    await eventually(async () => {
      expect(await members(id)).toEqual(["u0", "u1"]);
      expect(await terrace.api<SegmentView>(`/segments/${id}`)).toMatchObject({ size: 1 });
    }, 30_000);
  });

  test("what is asked wrongly is told", async () => {
    expect(await refused("/segments", { body: { name: "x", from: { kind: "nothing", query: {} } } })).toContain("insight.no_such_analysis");
    expect(await refused("/segments", { body: { name: "x", from: { kind: "funnel", query: { period } } } })).toContain("steps");
    expect(await refused("/segments", { body: { name: " ", people: [personIds.get("u0")] } })).toContain("name");
  });
});

describe("notes on charts", () => {
  const listed = async (query = "") => (await terrace.api<{ items: AnnotationView[] }>(`/annotations${query}`)).items;

  test("are kept by day, can be changed and deleted, and every change is in the audit log", async () => {
    const later = await terrace.api<AnnotationView>("/annotations", { body: { day: "2026-03-05", text: " 盛夏抽茶开始 " } });
    const earlier = await terrace.api<AnnotationView>("/annotations", { body: { day: "2026-03-01", text: "改版上线" } });
    expect(later).toMatchObject({ day: "2026-03-05", text: "盛夏抽茶开始" });
    expect((await listed()).map(({ id }) => id)).toEqual([earlier.id, later.id]);
    expect((await listed("?from=2026-03-01&to=2026-03-05")).map(({ text }) => text)).toEqual(["改版上线"]);
    const moved = await terrace.api<AnnotationView>(`/annotations/${later.id}`, { method: "PATCH", body: { day: "2026-02-28" } });
    expect(moved).toEqual({ ...later, day: "2026-02-28" });
    expect((await listed()).map(({ id }) => id)).toEqual([later.id, earlier.id]);
    await terrace.api(`/annotations/${later.id}`, { method: "DELETE" });
    expect(await refused(`/annotations/${later.id}`, { method: "DELETE" })).toContain("annotation.not_found");
    expect(await listed()).toHaveLength(1);
    const { items } = await terrace.api<{ items: { action: string }[] }>("/audit?limit=10");
    expect(items.map(({ action }) => action).filter((action) => action.startsWith("annotation."))).toEqual([
      "annotation.delete",
      "annotation.update",
      "annotation.create",
      "annotation.create",
    ]);
  });

  test("have a day and a text", async () => {
    expect(await refused("/annotations", { body: { day: "2026-02-30", text: "x" } })).toContain("day");
    expect(await refused("/annotations", { body: { day: "2026-02-28", text: "  " } })).toContain("text");
  });
});
