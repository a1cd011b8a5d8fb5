/** Why somebody came into a layer, or left it. */
export const LAYER_WHYS = [
  "condition",
  "review",
  "lapsed",
  "minimum",
  "appointed",
  "appointment_ended",
  "layer_changed",
  "rules_changed",
  "merged_people",
] as const;
export type LayerWhy = (typeof LAYER_WHYS)[number];

/** Why a stay in a layer began: as the stay says, and where that is a list or an operator's change, as what is noted of appointments and standings does. */
export function whyOfStay(enteredWhy: string, noted: LayerWhy | null): LayerWhy {
  switch (enteredWhy) {
    case "merge":
      return "merged_people";
    case "build":
    case "rule":
    case "refill":
      return noted === "layer_changed" ? noted : "rules_changed";
    case "list":
      return noted ?? "condition";
    default:
      return "condition";
  }
}

/** What is noted of somebody in a layer. */
export type NotedChange = {
  readonly layer: string;
  readonly at: number;
  readonly what: "in" | "out";
  readonly why: LayerWhy;
  readonly month: number | null;
  readonly by: string | null;
  readonly fromLayer: string | null;
};
/** A stay in a layer; times are Unix ms. */
export type LayerStay = { readonly layer: string; readonly enteredAt: number; readonly enteredWhy: string; readonly leftAt: number | null };
export type LayerMove = {
  readonly at: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly why: LayerWhy;
  readonly month: number | null;
  readonly by: string | null;
};

/** How somebody came through the layers, the last move first; stays and what is noted are given in the order in which they happened. */
export function movesOf(stays: readonly LayerStay[], noted: readonly NotedChange[]): readonly LayerMove[] {
  const moves = stays.flatMap((stay, index) => movesInto(stay, stays[index - 1], noted));
  const last = stays.at(-1);
  const left = last === undefined || last.leftAt === null ? [] : [leaving(last.layer, last.leftAt, noted)];
  return [...moves, ...left].toReversed();
}

/** The move with which a stay begins, after the one with which the stay before ended where there was time between them. */
function movesInto(stay: LayerStay, before: LayerStay | undefined, noted: readonly NotedChange[]): readonly LayerMove[] {
  const gapFrom = before !== undefined && before.leftAt !== null && before.leftAt < stay.enteredAt ? before.leftAt : null;
  const left = before === undefined || gapFrom === null ? [] : [leaving(before.layer, gapFrom, noted)];
  const from = before === undefined || gapFrom !== null ? null : before.layer;
  return from === stay.layer ? left : [...left, entering(stay, { before, from }, noted)];
}

function entering(
  { layer, enteredAt, enteredWhy }: LayerStay,
  { before, from }: { readonly before: LayerStay | undefined; readonly from: string | null },
  noted: readonly NotedChange[],
): LayerMove {
  const change = changeBehind(noted, { to: layer, from: before?.layer ?? null, after: before?.enteredAt ?? -Infinity, at: enteredAt });
  const why = whyOfStay(enteredWhy, change?.why ?? null);
  const move = { at: enteredAt, from, to: layer, why };
  if (change === undefined || why !== change.why) return { ...move, month: null, by: null };
  return { ...move, from: change.fromLayer ?? from, month: change.month, by: change.by };
}

function leaving(layer: string, at: number, noted: readonly NotedChange[]): LayerMove {
  const change = noted.findLast((one) => one.layer === layer && one.what === "out" && one.at <= at);
  return { at, from: layer, to: null, why: change?.why ?? "condition", month: change?.month ?? null, by: change?.by ?? null };
}

/** The latest of what is noted for the layer that was come to, or the one that was left. */
function changeBehind(
  noted: readonly NotedChange[],
  { to, from, after, at }: { readonly to: string; readonly from: string | null; readonly after: number; readonly at: number },
): NotedChange | undefined {
  return noted.findLast(
    (one) => one.at <= at && one.at >= after && ((one.what === "in" && one.layer === to) || (one.what === "out" && one.layer === from)),
  );
}
