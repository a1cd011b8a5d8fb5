import { LAYERS_MAX, type PyramidBody, type PyramidView } from "@terrace/contract/api/pyramids";
import type { Condition } from "@terrace/domain/conditions/condition";
import { BADGE_TONES, type BadgeTone } from "@terrace/domain/pyramids/pyramid";
import type { InBothLanguages } from "@terrace/domain/in-both-languages";
import { readDraft } from "../../segments/rule/rule-draft.ts";

type LayerBody = PyramidBody["layers"][number];
type Minimum = NonNullable<LayerBody["demotion"]["minimum"]>;
type Item = NonNullable<PyramidBody["contribution"]>["items"][number];

/** A layer being put together. `byRule`: not by appointment alone, or everyone in the last. `id` tells it from the others while it is changed. */
export type LayerDraft = Omit<LayerBody, "rule" | "demotion" | "benefits"> & {
  readonly id: number;
  readonly byRule: boolean;
  readonly rule: Condition | undefined;
  readonly lapses: boolean;
  readonly lapseDays: number | null;
  readonly hasMinimum: boolean;
  readonly minimum: { readonly [K in keyof Minimum]: number | null };
  /** One a line. */
  readonly benefits: string;
};
export type ItemDraft = Omit<Item, "weight"> & { readonly id: number; readonly weight: number | null };

/** A pyramid being put together. What a contribution is stays while the pyramid counts none. */
export type PyramidDraft = {
  readonly name: InBothLanguages;
  readonly reviewDay: number | null;
  readonly counts: boolean;
  readonly unit: InBothLanguages;
  readonly items: readonly ItemDraft[];
  readonly layers: readonly LayerDraft[];
};

const KEY = /^[a-z][a-z0-9_]{0,39}$/;
const MINIMUM: Minimum = { atLeast: 1, months: 1, graceDays: 7 };
const POINTS: InBothLanguages = { zh: "分", en: "points" };

/** A pyramid there is, to change; its owners by their ids. */
export function bodyOfView({ name, reviewDay, contribution, layers }: PyramidView): PyramidBody {
  return {
    name,
    reviewDay,
    contribution,
    layers: layers.map(({ key, name: called, rule, role, playbook, owners, benefits, badge, promotion, demotion }) => ({
      key,
      name: called,
      rule,
      role,
      playbook,
      owners: owners.map(({ operatorId }) => operatorId),
      benefits,
      badge,
      promotion,
      demotion,
    })),
  };
}

/** A pyramid, or a template of one, to change. */
export function draftOf({ name, reviewDay, contribution, layers }: PyramidBody): PyramidDraft {
  return {
    name,
    reviewDay,
    counts: contribution !== null,
    unit: contribution?.unit ?? POINTS,
    items: (contribution?.items ?? []).map((item, id) => ({ ...item, id })),
    layers: layers.map(({ rule, demotion: { lapse, minimum }, benefits, ...layer }, id) => ({
      ...layer,
      id,
      byRule: rule !== null,
      rule: rule ?? undefined,
      lapses: lapse !== null,
      lapseDays: lapse?.graceDays ?? 0,
      hasMinimum: minimum !== null,
      minimum: minimum ?? MINIMUM,
      benefits: benefits.join("\n"),
    })),
  };
}

/** A pyramid with nothing in it but two layers: those who meet a rule, and everyone else. */
export function emptyDraft(): PyramidDraft {
  const none = { zh: "", en: "" };
  const begun = { name: none, reviewDay: 1, counts: false, unit: POINTS, items: [], layers: [] };
  const [rest] = withLayer(begun).layers;
  const layers = rest === undefined ? [] : [{ ...rest, byRule: false }];
  return withLayer({ ...begun, layers });
}

const nextId = (some: readonly { readonly id: number }[]): number => Math.max(-1, ...some.map(({ id }) => id)) + 1;

export function hasRoom({ layers }: PyramidDraft): boolean {
  return layers.length < LAYERS_MAX;
}

/** A colour that no layer has yet. */
function freeTone({ layers }: PyramidDraft): BadgeTone {
  const taken = new Set(layers.map(({ badge }) => badge.tone));
  return BADGE_TONES.find((tone) => !taken.has(tone)) ?? "slate";
}

/** With another layer above the last one. */
export function withLayer(draft: PyramidDraft): PyramidDraft {
  const keys = new Set(draft.layers.map(({ key }) => key));
  let number = draft.layers.length + 1;
  while (keys.has(`layer_${number}`)) number += 1;
  const made: LayerDraft = {
    id: nextId(draft.layers),
    key: `layer_${number}`,
    name: { zh: "", en: "" },
    role: "",
    playbook: "",
    owners: [],
    benefits: "",
    badge: { label: { zh: "", en: "" }, tone: freeTone(draft), icon: null },
    promotion: "at_once",
    byRule: true,
    rule: undefined,
    lapses: true,
    lapseDays: 0,
    hasMinimum: false,
    minimum: MINIMUM,
  };
  return { ...draft, layers: [...draft.layers.slice(0, -1), made, ...draft.layers.slice(-1)] };
}

export function withoutLayer(draft: PyramidDraft, id: number): PyramidDraft {
  return { ...draft, layers: draft.layers.filter((layer) => layer.id !== id) };
}

export function withChanged(draft: PyramidDraft, id: number, change: Partial<Omit<LayerDraft, "id">>): PyramidDraft {
  return { ...draft, layers: draft.layers.map((layer) => (layer.id === id ? { ...layer, ...change } : layer)) };
}

export function moved(draft: PyramidDraft, at: number, by: -1 | 1): PyramidDraft {
  const [one, other] = [draft.layers[at], draft.layers[at + by]];
  return one === undefined || other === undefined ? draft : { ...draft, layers: draft.layers.with(at, other).with(at + by, one) };
}

export function withItem(draft: PyramidDraft, event: string | null): PyramidDraft {
  return { ...draft, items: [...draft.items, { id: nextId(draft.items), event: { event }, property: null, weight: 1 }] };
}

/** What is missing of a layer, or wrong with it. */
export type LayerGap = "name" | "badge" | "key" | "twice" | "rule" | "numbers";

export function gapOf({ layers }: PyramidDraft, layer: LayerDraft): LayerGap | undefined {
  if (!isWhole(layer.name)) return "name";
  if (!isWhole(layer.badge.label)) return "badge";
  if (!KEY.test(layer.key)) return "key";
  if (layers.some((other) => other.id !== layer.id && other.key === layer.key)) return "twice";
  if (layer.byRule && readDraft(layer.rule).state !== "ready") return "rule";
  const { atLeast, months, graceDays } = layer.minimum;
  const numbers = [...(layer.lapses ? [layer.lapseDays] : []), ...(layer.hasMinimum ? [atLeast, months, graceDays] : [])];
  return numbers.includes(null) ? "numbers" : undefined;
}

/** What is sent to make or change it; undefined while something is missing. */
export function bodyOf(draft: PyramidDraft): PyramidBody | undefined {
  const { name, reviewDay, layers, counts, items, unit } = draft;
  if (!isWhole(name) || reviewDay === null || layers.length < 2 || layers.some((layer) => gapOf(draft, layer) !== undefined))
    return undefined;
  if (counts && (items.length === 0 || !isWhole(unit) || items.some(({ weight, property }) => weight === null || property === "")))
    return undefined;
  return {
    name: trimmed(name),
    reviewDay,
    contribution: counts
      ? { unit: trimmed(unit), items: items.map(({ event, property, weight }) => ({ event, property, weight: weight ?? 0 })) }
      : null,
    layers: layers.map((layer) => layerBodyOf(layer, counts)),
  };
}

function layerBodyOf(
  { id: _id, byRule, rule, lapses, lapseDays, hasMinimum, minimum, benefits, ...layer }: LayerDraft,
  counts: boolean,
): LayerBody {
  const read = readDraft(rule);
  return {
    ...layer,
    name: trimmed(layer.name),
    badge: { ...layer.badge, label: trimmed(layer.badge.label) },
    role: layer.role.trim(),
    playbook: layer.playbook.trim(),
    rule: byRule && read.state === "ready" ? read.rule : null,
    benefits: benefits
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== ""),
    demotion: {
      lapse: byRule && lapses ? { graceDays: lapseDays ?? 0 } : null,
      minimum:
        counts && hasMinimum ? { atLeast: minimum.atLeast ?? 0, months: minimum.months ?? 1, graceDays: minimum.graceDays ?? 0 } : null,
    },
  };
}

function isWhole({ zh, en }: InBothLanguages): boolean {
  return zh.trim() !== "" && en.trim() !== "";
}

function trimmed({ zh, en }: InBothLanguages): { zh: string; en: string } {
  return { zh: zh.trim(), en: en.trim() };
}
