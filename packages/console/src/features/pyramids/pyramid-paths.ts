/** How often it is asked how people are sorted. */
export const LIVE_MS = 5_000;

/** Where a pyramid is in the console. */
export function pyramidPath(key: string): string {
  return `pyramids/${key}`;
}

/** What stands for no template in the address of a new pyramid. */
export const EMPTY = "empty";

/** Where a pyramid is made of a template, or of nothing. */
export function newPyramidPath(template: string): string {
  return `pyramids/new?template=${template}`;
}

export function layerPath(pyramid: string, layer: string): string {
  return `pyramids/${pyramid}/layers/${layer}`;
}

/** The list of the people of a layer: they are the members of its segment. */
export function peopleOfLayerPath(segment: string): string {
  return `people?segment=${segment}`;
}
