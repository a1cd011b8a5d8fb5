import type { Tx } from "../../platform/storage/postgres.ts";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { PeopleModule } from "../people/module.ts";
import { dropOpenRows, eraseWorkspaceFiles, hasRunningImport } from "./uploads/upload.store.ts";

const FILES_AT_ONCE = 20;
const RUNNING_WAIT_MS = 2_000;

/**
 * Files that were imported, rejected rows, dry runs, and traits kept for undoing. Nobody can tell quickly whom a file of gigabytes names, and none of
 * them is needed once its import is over: an erasure removes all of the workspace's. Imports stay, and can still be undone.
 */
export function importHolder(people: Pick<PeopleModule, "forgetKeptOf">): PersonalDataHolder {
  return {
    name: "import_files",
    // What a file said about the person is described where it went: events, traits and ids.
    describe: () => Promise.resolve([]),
    erase: async (tx: Tx, { workspaceId, originIds }) => {
      await people.forgetKeptOf(tx, workspaceId, originIds);
      await dropOpenRows(tx, workspaceId);
      const files = await eraseWorkspaceFiles(tx, workspaceId, FILES_AT_ONCE);
      if (files === FILES_AT_ONCE) return { cursor: null, done: false, removed: { files } };
      if (await hasRunningImport(tx, workspaceId)) return { cursor: null, done: false, removed: { files }, waitMs: RUNNING_WAIT_MS };
      return { cursor: null, done: true, removed: { files } };
    },
  };
}
