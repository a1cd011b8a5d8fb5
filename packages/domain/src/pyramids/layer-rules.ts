import type { PersonCondition } from "../conditions/condition.ts";

/** A layer as its class asks for it: the list of who is appointed, and what else brings somebody in: a condition, everyone, or nobody. */
export type LayerSource = { readonly appointed: string; readonly by: PersonCondition | "everyone" | "nobody" };

/** The condition of each layer's value, from the top down: an appointment to it, or what brings people in without an appointment to a layer below. */
export function conditionsOfLayers(layers: readonly LayerSource[]): readonly (PersonCondition | null)[] {
  return layers.map(({ appointed, by }, index) => {
    const here: PersonCondition = { segment: appointed, in: true };
    const elsewhere = layers.slice(index + 1).map((layer): PersonCondition => ({ segment: layer.appointed, in: false }));
    if (by === "nobody") return here;
    // Below it there is no layer to which somebody could be appointed instead.
    if (by === "everyone") return elsewhere.length === 0 ? null : { any: [here, { all: elsewhere }] };
    return { any: [here, elsewhere.length === 0 ? by : { all: [by, ...elsewhere] }] };
  });
}
