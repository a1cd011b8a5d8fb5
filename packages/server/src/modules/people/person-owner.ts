import { faultError } from "../../platform/http/fault-error.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import { findOwner } from "./person.views.ts";

/** The person an id belongs to; throws `person.not_found`. */
export async function ownerOrThrow(db: Db, workspaceId: number, id: string): Promise<string> {
  const personId = await findOwner(db, workspaceId, id);
  if (personId === undefined) throw faultError("person.not_found", { field: "person", mend: "Search for the person by one of its ids" });
  return personId;
}
