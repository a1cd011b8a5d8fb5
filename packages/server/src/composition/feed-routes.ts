import type { FaultCode } from "@terrace/contract/faults";
import { FAULTS } from "@terrace/contract/faults";
import { replayFeed } from "@terrace/contract/api/feed";
import { replayConsumer } from "../platform/feed/replay.ts";
import { faultError } from "../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../platform/http/handler.ts";
import { inTransaction, type Db } from "../platform/storage/postgres.ts";
import type { AccessModule } from "../modules/access/module.ts";

/** Operating the feed over HTTP. */
export function feedRoutes(deps: { readonly db: Db; readonly audit: AccessModule["audit"] }): readonly RouteHandler[] {
  return [
    handle(replayFeed, async ({ body }, context) => {
      const result = await replayConsumer(deps.db, body.consumer, new Date(body.from));
      if (!result.ok) throw faultError(registered(result.fault.code), result.fault);
      await inTransaction(deps.db, (tx) =>
        deps.audit(tx, {
          workspaceId: context.workspaceId,
          actor: context.actor,
          action: "feed.replay",
          target: body.consumer,
          detail: { from: body.from, ...result.value },
          ip: context.ip,
        }),
      );
      return result.value;
    }),
  ];
}

function registered(code: string): FaultCode {
  return code in FAULTS ? (code as FaultCode) : "internal.error";
}
