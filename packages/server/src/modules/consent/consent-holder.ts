import type { EraseStep, HeldGroup, PersonalDataHolder, PersonAsked } from "../../platform/personal-data/holder.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import { eraseFacts } from "./consent.store.ts";
import { loadLedger } from "./consent.views.ts";

/** What people said about consent. */
export function createConsentHolder({ db }: { readonly db: Db }): PersonalDataHolder {
  return {
    name: "consent",
    describe: (asked) => describe(db, asked),
    erase: async (tx, { workspaceId, originIds }): Promise<EraseStep> => ({
      cursor: null,
      done: true,
      removed: { rows: await eraseFacts(tx, workspaceId, originIds) },
    }),
  };
}

async function describe(db: Db, { workspaceId, personId }: PersonAsked): Promise<readonly HeldGroup[]> {
  const lines = await loadLedger(db, workspaceId, personId);
  const items = lines.map(({ purpose, channel, state, atMs }) => ({
    what: channel === "" ? purpose : `${purpose} · ${channel}`,
    value: state,
    at: new Date(atMs).toISOString(),
  }));
  return [{ key: "consents", total: items.length, items }];
}
