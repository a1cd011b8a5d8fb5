import { getChannelTotals, listChannelFigures } from "@terrace/contract/api/channel-figures";
import { decodeCursor, encodeCursor } from "../../../platform/http/cursor.ts";
import { faultError } from "../../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../../platform/http/handler.ts";
import type { Db } from "../../../platform/storage/postgres.ts";
import { listFigures, totalFigures, type FigurePlace } from "./channel-figure.views.ts";

const TOTALS_MAX = 1_000;

/** What was imported about channels, to be looked at and exported. */
export function channelFigureRoutes({ db }: { readonly db: Db }): readonly RouteHandler[] {
  return [
    handle(listChannelFigures, async ({ query }, { workspaceId }) => {
      const after = query.cursor === undefined ? undefined : placeOf(query.cursor);
      const rows = await listFigures(db, workspaceId, query, { after, limit: query.limit + 1 });
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        items: [...page],
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.day, last.channel, last.campaign]) } : {}),
      };
    }),
    handle(getChannelTotals, async ({ query }, { workspaceId }) => {
      const rows = await totalFigures(db, workspaceId, query.by, { ...query, limit: TOTALS_MAX + 1 });
      return { items: rows.slice(0, TOTALS_MAX), complete: rows.length <= TOTALS_MAX };
    }),
  ];
}

function placeOf(cursor: string): FigurePlace {
  const [day = "", channel = "", campaign = ""] = decodeCursor(cursor, ["string", "string", "string"]).map(String);
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(day) || Number.isNaN(Date.parse(day)))
    throw faultError("request.invalid", { field: "cursor", mend: "Use the nextCursor of the page before, unchanged" });
  return { day, channel, campaign };
}
