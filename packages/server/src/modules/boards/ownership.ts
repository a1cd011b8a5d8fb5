import { maySee, mayChange, type Looker, type Sharing } from "@terrace/domain/insight/boards/sharing";
import { faultError } from "../../platform/http/fault-error.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** Whose something is, as it is stored; `sharedWith` null means every role. */
export type OwnedRow = {
  readonly owner: string;
  readonly sharedWith: readonly string[] | null;
  readonly sharedMay: "view" | "edit";
  readonly version: number;
  readonly createdAt: Date;
  readonly changedAt: Date;
  readonly changedBy: string;
};

/** Who asks, for questions of ownership. Whoever looks after members sees what members left behind. */
export function lookerOf({ caller, actor, may }: RouteContext): Looker {
  const managesAll = may("members:manage");
  if (caller.kind === "operator") return { name: caller.email, role: caller.role, managesAll };
  return { name: actor, role: null, managesAll };
}

export function sharingOf({ sharedWith, sharedMay }: Pick<OwnedRow, "sharedWith" | "sharedMay">): Sharing {
  return { with: sharedWith === null ? "everyone" : sharedWith.length === 0 ? "nobody" : sharedWith, may: sharedMay };
}

/** As columns. */
export function storedSharing(sharing: Sharing): Pick<OwnedRow, "sharedWith" | "sharedMay"> {
  return { sharedWith: sharing.with === "everyone" ? null : sharing.with === "nobody" ? [] : sharing.with, sharedMay: sharing.may };
}

/** As the API shows it. */
export function ownedView(row: OwnedRow, context: RouteContext) {
  const sharing = sharingOf(row);
  return {
    owner: row.owner,
    sharing: { ...sharing, with: typeof sharing.with === "string" ? sharing.with : [...sharing.with] },
    mayChange: context.may("insight:write") && mayChange({ owner: row.owner, sharing }, lookerOf(context)),
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    changedAt: row.changedAt.toISOString(),
    changedBy: row.changedBy,
  };
}

/** The condition on rows that someone may see. */
export function seenBy(db: Db | Tx, { name, role, managesAll }: Looker) {
  return managesAll ? db`` : db`and (owner = ${name} or shared_with is null or ${role ?? ""} = any(shared_with))`;
}

/** Whether someone may see a row. */
export function isSeen(row: OwnedRow, context: RouteContext): boolean {
  return maySee({ owner: row.owner, sharing: sharingOf(row) }, lookerOf(context));
}

/** Throws `saved.not_yours`, or `saved.changed_since` when the change is based on an older version. */
export function requireChange(row: OwnedRow, context: RouteContext, basedOn: number | undefined): void {
  if (!mayChange({ owner: row.owner, sharing: sharingOf(row) }, lookerOf(context)))
    throw faultError("saved.not_yours", { mend: "Make a copy and change that, or ask its owner", details: { owner: row.owner } });
  if (basedOn !== undefined && basedOn !== row.version)
    throw faultError("saved.changed_since", {
      field: "basedOn",
      mend: "Load it again and make the change anew",
      details: { by: row.changedBy, version: row.version },
    });
}
