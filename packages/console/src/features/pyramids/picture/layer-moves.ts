import type { Flow, PyramidView } from "../answers.ts";

/** How many came up into a layer, and how many went down out of it. */
export type Moves = { readonly up: number; readonly down: number };

/** Of each layer by its key: a layer's place tells whether somebody came from below; whoever was in none did. */
export function movesOf(layers: PyramidView["layers"], flows: Flow["flows"]): ReadonlyMap<string, Moves> {
  const place = new Map(layers.map(({ key }, at) => [key, at]));
  const placeOf = (key: string | null): number => (key === null ? layers.length : (place.get(key) ?? layers.length));
  return new Map(
    layers.map(({ key }) => {
      const up = flows.filter(({ from, to }) => to === key && placeOf(from) > placeOf(to));
      const down = flows.filter(({ from, to }) => from === key && placeOf(to) > placeOf(from));
      const sum = (some: Flow["flows"]) => some.reduce((total, { people }) => total + people, 0);
      return [key, { up: sum(up), down: sum(down) }];
    }),
  );
}
