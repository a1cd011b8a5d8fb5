import type { JsonObject } from "../../json.ts";

/** Columns of a dashboard's grid, and rows of one tile at most. */
export const GRID_COLUMNS = 12;
export const TILE_ROWS_MAX = 24;
export const TILES_MAX = 40;

/** Where a tile lies, in columns and rows. */
export type TilePlace = { readonly x: number; readonly y: number; readonly w: number; readonly h: number };

/** What a tile shows: a question that was saved, one of its own, a metric (with its goal), or words. */
export type TileContent =
  | { readonly kind: "analysis"; readonly analysis: string }
  | { readonly kind: "question"; readonly ask: { readonly kind: string; readonly query: JsonObject }; readonly display: JsonObject }
  | { readonly kind: "metric"; readonly metric: string; readonly as: "figure" | "line" }
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "text"; readonly text: string };

/** One tile of a dashboard; without a title it goes by what it shows. */
export type Tile = { readonly id: string; readonly place: TilePlace; readonly title: string; readonly content: TileContent };
