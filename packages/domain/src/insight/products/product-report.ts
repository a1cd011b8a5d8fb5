/** How far somebody went with an item. */
export const PRODUCT_STAGES = ["viewers", "adders", "buyers", "repeaters", "bought_after_view"] as const;
export type ProductStage = (typeof PRODUCT_STAGES)[number];
/** By what a list of items may be ordered, most first. */
export const PRODUCT_SORTS = ["netMinor", "units", "orders", "buyers", "views", "carts"] as const;
export type ProductSort = (typeof PRODUCT_SORTS)[number];

/** What became of an item (or a category); '' stands for orders and lines that name none. */
export type ProductFigures = {
  readonly item: string;
  readonly name: string;
  readonly category: string;
  readonly views: number;
  readonly viewers: number;
  readonly carts: number;
  readonly adders: number;
  readonly orders: number;
  readonly buyers: number;
  readonly repeaters: number;
  readonly viewersWhoBought: number;
  readonly units: number;
  readonly unitsRefunded: number;
  readonly netMinor: number;
};
export type ProductTotals = {
  readonly items: number;
  readonly views: number;
  readonly carts: number;
  readonly units: number;
  readonly netMinor: number;
};

/** The rates of an item, null where there is nothing to divide by. */
export function productRates({ viewers, viewersWhoBought, buyers, repeaters }: ProductFigures): {
  readonly conversion: number | null;
  readonly repurchase: number | null;
} {
  return {
    conversion: viewers === 0 ? null : viewersWhoBought / viewers,
    repurchase: buyers === 0 ? null : repeaters / buyers,
  };
}
