import { pyramidBodySchema, type PyramidBody } from "@terrace/contract/api/pyramids";
import { expect, test } from "vitest";
import { bodyOf, draftOf, emptyDraft, gapOf, moved, withChanged, withItem, withLayer, withoutLayer } from "./pyramid-draft.ts";

const words = (text: string) => ({ zh: text, en: text });
const body: PyramidBody = pyramidBodySchema.parse({
  name: words("P"),
  reviewDay: 3,
  contribution: { unit: words("points"), items: [{ event: { event: "Post Published" }, property: null, weight: 2 }] },
  layers: [
    {
      key: "top",
      name: words("Top"),
      rule: { did: { event: "Post Published" }, count: { op: "gte", value: 10 } },
      role: "Leads",
      playbook: "",
      owners: ["1"],
      benefits: ["Tea", "Stage"],
      badge: { label: words("T"), tone: "ochre", icon: null },
      promotion: "at_review",
      demotion: { lapse: { graceDays: 14 }, minimum: { atLeast: 5, months: 2, graceDays: 7 } },
    },
    {
      key: "base",
      name: words("Base"),
      rule: null,
      role: "",
      playbook: "",
      owners: [],
      benefits: [],
      badge: { label: words("B"), tone: "slate", icon: null },
      promotion: "at_once",
      demotion: { lapse: null, minimum: null },
    },
  ],
});

test("a pyramid comes back as it was", () => {
  expect(bodyOf(draftOf(body))).toEqual(body);
});

test("a new layer stands above the last, lacks its name, badge and rule one after the other, and can be moved and taken out", () => {
  const more = withLayer(draftOf(body));
  expect(more.layers.map(({ key }) => key)).toEqual(["top", "layer_3", "base"]);
  const id = more.layers[1]?.id ?? -1;
  const gapIn = (draft: typeof more) => draft.layers.filter((one) => one.id === id).map((one) => gapOf(draft, one));
  expect(gapIn(more)).toEqual(["name"]);
  const named = withChanged(more, id, { name: words("Mid") });
  expect(gapIn(named)).toEqual(["badge"]);
  const badged = withChanged(named, id, { badge: { label: words("M"), tone: "blue", icon: null } });
  expect(gapIn(badged)).toEqual(["rule"]);
  const appointed = withChanged(badged, id, { byRule: false });
  expect(gapIn(withChanged(appointed, id, { key: "top" }))).toEqual(["twice"]);
  expect(gapIn(withChanged(appointed, id, { hasMinimum: true, minimum: { atLeast: null, months: 1, graceDays: 0 } }))).toEqual(["numbers"]);
  expect(pyramidBodySchema.safeParse(bodyOf(appointed)).success).toBe(true);
  expect(moved(appointed, 1, -1).layers.map(({ key }) => key)).toEqual(["layer_3", "top", "base"]);
  expect(bodyOf(withoutLayer(appointed, id))).toEqual(body);
});

test("without contributions there are no minimums; a contribution needs an event and a weight", () => {
  const without = bodyOf({ ...draftOf(body), counts: false });
  expect(without?.contribution).toBeNull();
  expect(without?.layers.map(({ demotion }) => demotion.minimum)).toEqual([null, null]);
  expect(bodyOf({ ...draftOf(body), items: [] })).toBeUndefined();
  expect(bodyOf(withItem(draftOf(body), "Liked"))?.contribution?.items).toHaveLength(2);
});

test("an empty pyramid has a layer for those who meet a rule and one for everyone else, and is sent once they are named", () => {
  const empty = emptyDraft();
  expect(empty.layers.map(({ key, byRule }) => [key, byRule])).toEqual([
    ["layer_2", true],
    ["layer_1", false],
  ]);
  expect(bodyOf(empty)).toBeUndefined();
  const named = empty.layers.map((layer) => ({
    ...layer,
    name: words("L"),
    badge: { ...layer.badge, label: words("L") },
    ...(layer.byRule ? { rule: { did: { event: "Post Published" } } } : {}),
  }));
  expect(bodyOf({ ...empty, name: words("P"), layers: named })).toMatchObject({
    contribution: null,
    layers: [{ key: "layer_2" }, { rule: null }],
  });
});
