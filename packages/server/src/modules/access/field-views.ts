import { DEFAULT_FIELD_VIEW, fieldView, type FieldView } from "@terrace/domain/access/field-view";
import type { Caller } from "../../platform/http/handler.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import { loadKeyGrant } from "./key.store.ts";
import { loadMember } from "./member.store.ts";

/** The view of whoever asked for something that is done later, by what they may now; everything masked once they may nothing. */
export type FieldViews = (workspaceId: number, caller: Caller) => Promise<FieldView>;

export function createFieldViews(db: Db): FieldViews {
  return async (workspaceId, caller) => {
    const grant = await grantNow(db, workspaceId, caller);
    return grant === undefined ? DEFAULT_FIELD_VIEW : fieldView(grant.fields, grant.permissions.includes("people:unmask"));
  };
}

async function grantNow(db: Db, workspaceId: number, caller: Caller) {
  switch (caller.kind) {
    case "key":
      return loadKeyGrant(db, workspaceId, caller.keyId);
    case "operator": {
      const member = await loadMember(db, workspaceId, caller.operatorId);
      return member?.active === true ? member.grant : undefined;
    }
    case "nobody":
      return undefined;
    default:
      return caller satisfies never;
  }
}
