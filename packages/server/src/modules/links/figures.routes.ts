import * as api from "@terrace/contract/api/message-figures";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import { loadFigures } from "./figures.views.ts";

const DAY_MS = 86_400_000;
export type FigureDeps = {
  readonly warehouse: Pick<Warehouse, "rows">;
  readonly nowMs: () => number;
  /** Names of templates by their ids; unknown ones are left out. */
  readonly templateNames: (workspaceId: number, ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
};

/** What became of messages. */
export function figureRoutes({ warehouse, nowMs, templateNames }: FigureDeps): readonly RouteHandler[] {
  return [
    handle(api.getMessageFigures, async ({ query: { by, days } }, { workspaceId }) => {
      const toMs = nowMs();
      const fromMs = toMs - days * DAY_MS;
      const rows = await loadFigures(warehouse, workspaceId, { by, fromMs, toMs });
      const told = rows.slice(0, api.FIGURE_GROUPS_MAX);
      const keys = told.map(({ key }) => key);
      const names = by === "template" ? await templateNames(workspaceId, keys) : new Map<string, string>();
      return {
        from: new Date(fromMs).toISOString(),
        to: new Date(toMs).toISOString(),
        items: told.map((row) => ({ ...row, name: names.get(row.key) ?? row.key })),
        more: rows.length > api.FIGURE_GROUPS_MAX,
      };
    }),
  ];
}
