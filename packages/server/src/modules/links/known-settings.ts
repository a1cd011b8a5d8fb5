import type { Db } from "../../platform/storage/postgres.ts";
import { loadLinkSettings, type LinkSettings } from "./settings.store.ts";

const TRUSTED_MS = 4_000;
const REMEMBERED_MAX = 1_000;

export type KnownSettings = {
  readonly find: (workspaceId: number) => Promise<LinkSettings>;
  readonly forget: (workspaceId: number) => void;
};

/** Settings through a short memory: every letter asks for them. */
export function createKnownSettings({ db, nowMs }: { readonly db: Db; readonly nowMs: () => number }): KnownSettings {
  const remembered = new Map<number, { readonly untilMs: number; readonly settings: LinkSettings }>();
  return {
    forget: (workspaceId) => void remembered.delete(workspaceId),
    find: async (workspaceId) => {
      const now = nowMs();
      const entry = remembered.get(workspaceId);
      if (entry !== undefined && entry.untilMs > now) return entry.settings;
      const settings = await loadLinkSettings(db, workspaceId);
      if (remembered.size >= REMEMBERED_MAX) remembered.clear();
      remembered.set(workspaceId, { untilMs: now + TRUSTED_MS, settings });
      return settings;
    },
  };
}
