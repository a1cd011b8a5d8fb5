import type { SessionView, WorkspaceView } from "@terrace/contract/api/access";
import type { Permission, Role } from "@terrace/domain/access/permissions";
import { ROLE_PERMISSIONS, ROLES } from "@terrace/domain/access/permissions";
import { isBuiltIn, type RoleKey } from "@terrace/domain/access/roles";
import { createContext, use } from "react";
import { useText } from "../i18n.ts";

export type WorkspaceScope = { readonly session: SessionView; readonly workspace: WorkspaceView };

/** The workspace of the address on screen and the session that may see it. */
export const WorkspaceContext = createContext<WorkspaceScope | undefined>(undefined);

/** The session and workspace of the page; only inside a workspace's pages. */
export function useScope(): WorkspaceScope {
  const scope = use(WorkspaceContext);
  if (scope === undefined) throw new Error("useScope is used outside of a workspace page");
  return scope;
}

/** The workspace on screen. */
export function useWorkspace(): WorkspaceView {
  return useScope().workspace;
}

/** Path parameters that name the workspace on screen, for calls. */
export function useWorkspaceParams(): { readonly workspace: string } {
  return { workspace: useWorkspace().id };
}

/** Answers whether the operator's role in this workspace allows something. */
export function useMay(): (permission: Permission) => boolean {
  const { permissions } = useWorkspace();
  return (permission) => permissions.includes(permission);
}

/** The name of a role on screen: a built-in one in the reader's language, a custom one as it was named. */
export function useRoleName(): (role: RoleKey, roleName: string) => string {
  const text = useText();
  return (role, roleName) => (isBuiltIn(role) ? text(`role.${role}`) : roleName);
}

/** The address of a page of the workspace on screen: `people/42` → `/w/3/people/42`. */
export function useLink(): (path: string) => string {
  const { id } = useWorkspace();
  return (path) => workspaceLink(id, path);
}

/** The address of a page in a workspace. */
export function workspaceLink(workspaceId: string, path: string): string {
  return path === "" ? `/w/${workspaceId}` : `/w/${workspaceId}/${path}`;
}

/** The roles that hold a permission, strongest first. */
export function rolesWith(permission: Permission): readonly Role[] {
  return ROLES.filter((role) => ROLE_PERMISSIONS[role].includes(permission));
}
