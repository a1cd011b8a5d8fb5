import { exportReferrals } from "@terrace/contract/api/referral-tree";
import { BYTE_ORDER_MARK, csvLine } from "@terrace/domain/exports/csv-line";
import { Readable } from "node:stream";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { loadInviters, type InviterCount } from "./figures.views.ts";
import { namesOf } from "./person-names.ts";
import { programOrThrow } from "./program-of-id.ts";
import type { Program } from "./program.store.ts";
import { recordAct } from "./record-act.ts";
import type { ReferralDeps } from "./referral-deps.ts";
import { loadEdges, type Edge } from "./tree.views.ts";

const ROWS_PER_PAGE = 1_000;
const EDGE_COLUMNS = ["inviter_id", "inviter", "invited_id", "invited", "generation", "code", "bound_at", "converted_at", "revenue_minor"];
const INVITER_COLUMNS = ["inviter_id", "inviter", "brought", "converted", "revenue_minor", "same_network_max", "same_device_max"];

/** The tree and the inviters as files. */
export function exportRoutes(deps: ReferralDeps): readonly RouteHandler[] {
  return [
    handle(exportReferrals, async ({ params, query }, context) => {
      const program = await programOrThrow(deps, deps.db, context.workspaceId, params.program);
      const detail = { what: query.what, values: context.fields.showsClear ? "by role" : "masked" };
      await inTransaction(deps.db, (tx) => recordAct(deps, tx, context, { verb: "export", id: program.id, detail }));
      context.setHeader("content-disposition", `attachment; filename*=UTF-8''${encodeURIComponent(`${program.name}.${query.what}.csv`)}`);
      const lines = query.what === "edges" ? edgeLines(deps, context, program) : inviterLines(deps, context, program);
      return { stream: Readable.from(lines, { objectMode: false }), contentType: "text/csv; charset=utf-8" };
    }),
  ];
}

async function* edgeLines(deps: ReferralDeps, context: RouteContext, { workspaceId, id }: Program): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csvLine(EDGE_COLUMNS);
  let after: Pick<Edge, "atMs" | "claimId"> = { atMs: "-9223372036854775808", claimId: "0" };
  for (;;) {
    const page = await loadEdges(deps.db, workspaceId, id, { after, limit: ROWS_PER_PAGE });
    const names = await namesOf(
      deps,
      context,
      page.flatMap(({ inviterId, inviteeId }) => [inviterId, inviteeId]),
    );
    yield page
      .map((edge) =>
        csvLine([
          edge.inviterId,
          names(edge.inviterId).displayName,
          edge.inviteeId,
          names(edge.inviteeId).displayName,
          String(edge.generation),
          edge.code ?? "",
          new Date(Number(edge.atMs)).toISOString(),
          edge.convertedMs === null ? "" : new Date(Number(edge.convertedMs)).toISOString(),
          edge.revenueMinor,
        ]),
      )
      .join("");
    const last = page.at(-1);
    if (last === undefined || page.length < ROWS_PER_PAGE) return;
    after = last;
  }
}

/** Of all time. */
async function* inviterLines(deps: ReferralDeps, context: RouteContext, { workspaceId, id }: Program): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csvLine(INVITER_COLUMNS);
  let after: Pick<InviterCount, "bound" | "inviterId"> | undefined;
  const always = { fromMs: -(2 ** 53), toMs: 2 ** 53 };
  for (;;) {
    const page = await loadInviters(deps.db, workspaceId, id, { ...always, after, limit: ROWS_PER_PAGE });
    const names = await namesOf(
      deps,
      context,
      page.map(({ inviterId }) => inviterId),
    );
    yield page
      .map(({ inviterId, bound, converted, revenueMinor, sameNetwork, sameDevice }) =>
        csvLine([inviterId, names(inviterId).displayName, ...[bound, converted, revenueMinor, sameNetwork, sameDevice].map(String)]),
      )
      .join("");
    const last = page.at(-1);
    if (last === undefined || page.length < ROWS_PER_PAGE) return;
    after = last;
  }
}
