import { createEventStore, type EventStoreDeps, type StoreBatch } from "./event-store.ts";
import { syncPersonMap, type PersonChange, type PersonMapDeps } from "./person-map.ts";

export { createEventHolder, type EventHolderDeps } from "./event-holder.ts";
export type { PersonChange };
export { syncPersonMap };

export type WarehouseModule = {
  /** Inserts a settled batch, exactly once however often it is repeated. */
  readonly storeBatch: StoreBatch;
  /** Brings the map of origins to people up to date; true when something changed. */
  readonly syncPeople: () => Promise<boolean>;
};

/** The consumer that fills the event engine. */
export function createWarehouseModule(deps: EventStoreDeps & PersonMapDeps): WarehouseModule {
  return { storeBatch: createEventStore(deps), syncPeople: () => syncPersonMap(deps) };
}
