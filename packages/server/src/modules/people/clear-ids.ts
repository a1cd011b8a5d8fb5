import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { loadIdsOf } from "./people-export.views.ts";
import { ERASED, inClear, revealText } from "./personal-text.ts";

/** The ids with these origins, personal ones in clear; at most as many origins as the vault opens at once. */
export async function loadClearIds(
  { db, privacy }: { readonly db: Db | Tx; readonly privacy: Pick<PrivacyModule, "open"> },
  workspaceId: number,
  originIds: readonly string[],
): Promise<ReadonlyMap<string, IdentityRef>> {
  const rows = await loadIdsOf(db, workspaceId, originIds);
  const personal = rows.filter((row) => row.class !== "");
  const show = inClear(
    await privacy.open(
      db,
      workspaceId,
      personal.map(({ originId }) => originId),
      personal.map(({ value }) => value),
    ),
  );
  // An erased id has no value any more; it stands for nobody.
  return new Map(
    rows.flatMap((row) => {
      const value = revealText(row.value, show);
      return row.class !== "" && value === ERASED ? [] : [[row.originId, { kind: row.kind, value }] as const];
    }),
  );
}
