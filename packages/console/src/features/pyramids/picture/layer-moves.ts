import type { Flow, PyramidView } from "../answers.ts";

/** How many came up into a layer, and how many went down out of it. */
export type Moves = { readonly up: number; readonly down: number };

/** Of each layer by its key: its place tells whether somebody came from below. Who was in no layer is new, and neither came up nor went down. */
export function movesOf(layers: PyramidView["layers"], flows: Flow["flows"]): ReadonlyMap<string, Moves> {
  const place = new Map(layers.map(({ key }, at) => [key, at]));
  const between = flows.flatMap(({ from, to, people }) => {
    const [before, after] = [place.get(from ?? ""), place.get(to ?? "")];
    return before === undefined || after === undefined ? [] : [{ from, to, people, isUp: before > after, isDown: after > before }];
  });
  return new Map(
    layers.map(({ key }) => {
      const up = between.filter(({ to, isUp }) => to === key && isUp);
      const down = between.filter(({ from, isDown }) => from === key && isDown);
      const sum = (some: typeof between) => some.reduce((total, { people }) => total + people, 0);
      return [key, { up: sum(up), down: sum(down) }];
    }),
  );
}
