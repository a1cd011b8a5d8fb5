import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { BroadcastDeps } from "./broadcast-deps.ts";
import { countRecipientsOf, forgetRecipients } from "./recipient.store.ts";

/** To whom broadcasts that are not over go. */
export function createBroadcastHolder({ db }: Pick<BroadcastDeps, "db">): PersonalDataHolder {
  return {
    name: "broadcasts",
    describe: async ({ workspaceId, originIds }) => {
      const of = await countRecipientsOf(db, workspaceId, originIds);
      return of.length === 0
        ? []
        : [{ key: "broadcasts", total: of.length, items: of.map(({ name }) => ({ what: name, value: null, at: null })) }];
    },
    erase: async (tx, { workspaceId, originIds }) => ({
      cursor: null,
      done: true,
      removed: { rows: await forgetRecipients(tx, workspaceId, originIds) },
    }),
  };
}
