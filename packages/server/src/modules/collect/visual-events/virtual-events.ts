import { VIRTUAL_EVENTS_MAX } from "@terrace/contract/api/virtual-events";
import type { VirtualMatcher } from "@terrace/domain/event/virtual-event";
import { faultError } from "../../../platform/http/fault-error.ts";
import { inTransaction, type Db } from "../../../platform/storage/postgres.ts";
import type { AccessModule } from "../../access/module.ts";
import { deleteVirtualEventRow, insertVirtualEvent, isNameTaken, loadVirtualEvents, type VirtualEventRow } from "./virtual-event.store.ts";

/** Who asked for a change, for the audit log. */
export type Changer = { readonly workspaceId: number; readonly actor: string; readonly ip: string };

/** Names that operators gave to captured clicks. */
export type VirtualEvents = {
  readonly list: (workspaceId: number) => Promise<readonly VirtualEventRow[]>;
  /** Faults: virtual_event.name_taken, virtual_event.too_many. */
  readonly create: (
    by: Changer,
    event: { readonly name: string; readonly description: string; readonly matcher: VirtualMatcher },
  ) => Promise<VirtualEventRow>;
  /** Fault: virtual_event.not_found. */
  readonly remove: (by: Changer, name: string) => Promise<void>;
};

export type VirtualEventDeps = { readonly db: Db; readonly audit: AccessModule["audit"]; readonly nowMs: () => number };

export function createVirtualEvents({ db, audit, nowMs }: VirtualEventDeps): VirtualEvents {
  return {
    list: (workspaceId) => loadVirtualEvents(db, workspaceId, VIRTUAL_EVENTS_MAX),
    create: async ({ workspaceId, actor, ip }, event) => {
      const row: VirtualEventRow = { ...event, createdBy: actor, createdAt: new Date(nowMs()) };
      await inTransaction(db, async (tx) => {
        const taken = faultError("virtual_event.name_taken", { field: "name", mend: "Choose a name that no event has" });
        if (await isNameTaken(tx, workspaceId, event.name)) throw taken;
        if ((await loadVirtualEvents(tx, workspaceId, VIRTUAL_EVENTS_MAX)).length >= VIRTUAL_EVENTS_MAX)
          throw faultError("virtual_event.too_many", { mend: `Delete some: a workspace has at most ${VIRTUAL_EVENTS_MAX}` });
        if (!(await insertVirtualEvent(tx, workspaceId, row))) throw taken;
        await audit(tx, {
          workspaceId,
          actor,
          action: "virtual_event.create",
          target: `event:${event.name}`,
          detail: { matcher: JSON.stringify(event.matcher) },
          ip,
        });
      });
      return row;
    },
    remove: async ({ workspaceId, actor, ip }, name) => {
      await inTransaction(db, async (tx) => {
        if (!(await deleteVirtualEventRow(tx, workspaceId, name)))
          throw faultError("virtual_event.not_found", { field: "name", mend: "List the virtual events for the names there are" });
        await audit(tx, { workspaceId, actor, action: "virtual_event.delete", target: `event:${name}`, detail: {}, ip });
      });
    },
  };
}
