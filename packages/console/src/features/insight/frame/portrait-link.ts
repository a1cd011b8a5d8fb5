import { portraitQuerySchema } from "@terrace/contract/api/insight-portrait";
import { kindPath } from "./kinds.ts";
import { writeQuery } from "./query-text.ts";
import type { Cell } from "./use-analysis.ts";

type Figure = { readonly kind: string; readonly query: Readonly<Record<string, unknown>>; readonly cell: Cell };

/** Where the portrait of the people behind a figure is: in the figure's own period, where it has one. A portrait is no figure of another portrait. */
export function portraitPath({ kind, query, cell }: Figure): string | undefined {
  const asked = { group: { figure: { kind, query, cell } }, against: "everyone", period: query["period"] };
  return kind === "portrait" || !portraitQuerySchema.safeParse(asked).success
    ? undefined
    : `${kindPath("portrait")}?q=${writeQuery(asked)}`;
}
