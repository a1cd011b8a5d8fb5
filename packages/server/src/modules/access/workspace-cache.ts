import type { Db } from "../../platform/storage/postgres.ts";
import { loadWorkspace, type Workspace } from "./workspace.store.ts";

const TRUSTED_MS = 4000;
const REMEMBERED_MAX = 1000;

export type WorkspaceCache = {
  readonly find: (workspaceId: number) => Promise<Workspace | null>;
  readonly forget: (workspaceId: number) => void;
};

/** Settings of workspaces through a short memory: every query asks for a time zone. */
export function createWorkspaceCache(deps: { readonly db: Db; readonly nowMs: () => number }): WorkspaceCache {
  const remembered = new Map<number, { readonly untilMs: number; readonly workspace: Workspace | null }>();
  return {
    forget: (workspaceId) => void remembered.delete(workspaceId),
    find: async (workspaceId) => {
      const now = deps.nowMs();
      const entry = remembered.get(workspaceId);
      if (entry !== undefined && entry.untilMs > now) return entry.workspace;
      const workspace = (await loadWorkspace(deps.db, workspaceId)) ?? null;
      if (remembered.size >= REMEMBERED_MAX) remembered.clear();
      remembered.set(workspaceId, { untilMs: now + TRUSTED_MS, workspace });
      return workspace;
    },
  };
}
