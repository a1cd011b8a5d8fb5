import { createEventStore, type EventStoreDeps, type StoreBatch } from "./event-store.ts";
import { syncPersonMap, type PersonChange, type PersonMapDeps } from "./person-map.ts";
import { syncPersonTags, type PersonTagsDeps, type TagChange } from "./person-tags.ts";
import { syncPersonTraits, type PersonTraitsDeps, type TraitsChange } from "./person-traits.ts";

export { createEventHolder, type EventHolderDeps } from "./event-holder.ts";
export type { PersonChange, TagChange, TraitsChange };
export { syncPersonMap };

export type WarehouseModule = {
  /** Inserts a settled batch, exactly once however often it is repeated. */
  readonly storeBatch: StoreBatch;
  /** Brings the map of origins to people, and their traits and tags, up to date; true when something changed. */
  readonly syncPeople: () => Promise<boolean>;
};

/** The consumer that fills the event engine. */
export function createWarehouseModule(deps: EventStoreDeps & PersonMapDeps & PersonTraitsDeps & PersonTagsDeps): WarehouseModule {
  return {
    storeBatch: createEventStore(deps),
    syncPeople: async () => {
      const moved = await syncPersonMap(deps);
      const changed = await syncPersonTraits(deps);
      return (await syncPersonTags(deps)) || changed || moved;
    },
  };
}
