import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { faultError } from "../../platform/http/fault-error.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { compareIdentities } from "./person-picture.ts";
import { loadIdentities } from "./person.views.ts";

export type NamingDeps = { readonly db: Db; readonly privacy: Pick<PrivacyModule, "open"> };

/** The strongest id of a person that is known in clear: what operators say about the person is filed under it. Throws `person.not_found`. */
export async function namingId({ db, privacy }: NamingDeps, workspaceId: number, personId: string): Promise<IdentityRef> {
  const identities = (await loadIdentities(db, workspaceId, [personId])).toSorted(compareIdentities);
  const opened = await privacy.open(
    db,
    workspaceId,
    identities.map(({ originId }) => originId),
    identities.flatMap((identity) => (identity.class === "" ? [] : [identity.value])),
  );
  for (const { kind, value, class: personalClass } of identities) {
    const clear = personalClass === "" ? value : opened.get(value);
    if (clear !== undefined) return { kind, value: clear };
  }
  throw faultError("person.not_found", { field: "person", mend: "This person was forgotten; no id of it is left" });
}
