import { GRID_COLUMNS, TILE_ROWS_MAX, type TilePlace } from "./tile.ts";

/** Something that lies on the grid. */
export type Laid = { readonly id: string; readonly place: TilePlace };

/** The smallest tile. */
export const TILE_COLUMNS_MIN = 2;

/** Tiles from top to bottom, and in a row from left to right. */
export function inReadingOrder<T extends Laid>(tiles: readonly T[]): readonly T[] {
  return tiles.toSorted((a, b) => a.place.y - b.place.y || a.place.x - b.place.x);
}

/** Puts a tile elsewhere or makes it another size: what it would cover moves down, and everything moves up as far as there is room. */
export function moveTile<T extends Laid>(tiles: readonly T[], id: string, place: TilePlace): readonly T[] {
  const moved = tiles.map((tile) => (tile.id === id ? { ...tile, place: within(place) } : tile));
  const inOrder = inReadingOrder(moved);
  // The tile that was moved wins its place from those it meets there.
  const at = inOrder.find((tile) => tile.id === id);
  if (at === undefined) return tiles;
  const before = inOrder.filter((tile) => tile.id !== id && tile.place.y < at.place.y && !meets(tile.place, at.place));
  const after = inOrder.filter((tile) => tile.id !== id && !before.includes(tile));
  return settle([...before, at, ...after]);
}

/** Adds a tile under all others. */
export function addTile<T extends Laid>(tiles: readonly T[], tile: T): readonly T[] {
  const y = tiles.reduce((most, { place }) => Math.max(most, place.y + place.h), 0);
  return settle([...inReadingOrder(tiles), { ...tile, place: within({ ...tile.place, y }) }]);
}

/** Takes a tile away; those below move up. */
export function removeTile<T extends Laid>(tiles: readonly T[], id: string): readonly T[] {
  return settle(inReadingOrder(tiles.filter((tile) => tile.id !== id)));
}

/** A place that fits the grid. */
function within({ x, y, w, h }: TilePlace): TilePlace {
  const width = Math.min(Math.max(w, TILE_COLUMNS_MIN), GRID_COLUMNS);
  return {
    x: Math.min(Math.max(x, 0), GRID_COLUMNS - width),
    y: Math.max(y, 0),
    w: width,
    h: Math.min(Math.max(h, 1), TILE_ROWS_MAX),
  };
}

/** Lays tiles one after the other: each as high as it can be without covering one that lies already, and never above its own place's neighbours. */
function settle<T extends Laid>(tiles: readonly T[]): readonly T[] {
  const laid: T[] = [];
  for (const tile of tiles) {
    let { y } = tile.place;
    const isFree = (row: number): boolean => laid.every(({ place }) => !meets(place, { ...tile.place, y: row }));
    while (!isFree(y)) y += 1;
    while (y > 0 && isFree(y - 1)) y -= 1;
    laid.push({ ...tile, place: { ...tile.place, y } });
  }
  return laid;
}

function meets(one: TilePlace, other: TilePlace): boolean {
  return one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h;
}
