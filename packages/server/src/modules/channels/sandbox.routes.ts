import * as api from "@terrace/contract/api/channels";
import type { JsonObject } from "@terrace/domain/json";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import { openText } from "../../platform/sealed-text.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import type { ChannelDeps } from "./channel-deps.ts";
import { loadSandboxMessage, loadSandboxMessages, type KeptRow } from "./kept.store.ts";
import { record } from "./provider.commands.ts";

const ID = /^[1-9]\d{0,17}$/;

/** Looking at what sandboxes kept. */
export function sandboxRoutes(deps: ChannelDeps): readonly RouteHandler[] {
  return [
    handle(api.listSandboxMessages, async ({ query }, { workspaceId }) => {
      const beforeId = query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ["id"])[0]);
      const rows = await loadSandboxMessages(deps.db, workspaceId, { beforeId, limit: query.limit + 1 });
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        items: page.map((row) => shown(deps, row)),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.id]) } : {}),
      };
    }),
    handle(api.getSandboxMessage, async ({ params }, context) => {
      const row = ID.test(params.message) ? await loadSandboxMessage(deps.db, context.workspaceId, params.message) : undefined;
      if (row === undefined) throw faultError("channel.message_not_found", { field: "message" });
      await inTransaction(deps.db, (tx) =>
        record(deps, tx, context, { action: "channel_provider.look", id: row.providerId, detail: { message: row.id } }),
      );
      // Sealed as JSON of a rendered message only.
      return { ...shown(deps, row), message: JSON.parse(openText(deps.privacy, row.message)) as JsonObject };
    }),
  ];
}

function shown({ privacy }: ChannelDeps, { id, providerId, channel, reference, address, at }: KeptRow) {
  return { id, providerId, channel, reference, to: veiled(openText(privacy, address)), at: at.toISOString() };
}

const ENDS = 3;

/** The ends of an address, enough to tell one from another. */
function veiled(address: string): string {
  const [local = "", domain] = address.split("@");
  if (domain !== undefined) return `${local.slice(0, 1)}***@${domain}`;
  return address.length <= 2 * ENDS ? "***" : `${address.slice(0, ENDS)}****${address.slice(-ENDS)}`;
}
