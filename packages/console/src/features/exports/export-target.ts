export type ExportTarget = {
  /** The list, as the API names it. */
  readonly what: string;
  /** As it is filtered on screen; empty values are left out. */
  readonly filters?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Columns to offer besides those every row has, e.g. `traits.city`. */
  readonly moreColumns?: readonly string[];
};
