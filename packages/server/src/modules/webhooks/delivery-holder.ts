import type { EraseStep, HeldGroup, PersonalDataHolder, PersonAsked } from "../../platform/personal-data/holder.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import { deleteDeliveriesOf, loadDeliveriesOf } from "./delivery.store.ts";

const ITEMS_MAX = 500;

/** What other systems were told of people, while the log is kept. */
export function createDeliveryHolder({ db }: { readonly db: Db }): PersonalDataHolder {
  return {
    name: "webhooks",
    describe: (asked) => describe(db, asked),
    erase: async (tx, { workspaceId, originIds }): Promise<EraseStep> => ({
      cursor: null,
      done: true,
      removed: { rows: await deleteDeliveriesOf(tx, workspaceId, originIds) },
    }),
  };
}

async function describe(db: Db, { workspaceId, originIds }: PersonAsked): Promise<readonly HeldGroup[]> {
  const { total, rows } = await loadDeliveriesOf(db, workspaceId, originIds, ITEMS_MAX);
  const items = rows.map(({ eventName, state, createdAt }) => ({ what: eventName, value: state, at: createdAt.toISOString() }));
  return [{ key: "deliveries", total, items }];
}
