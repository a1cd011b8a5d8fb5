import { listRoles } from "@terrace/contract/api/roles";
import { ROLES } from "@terrace/domain/access/permissions";
import type { RoleKey } from "@terrace/domain/access/roles";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";

/** The roles of the workspace to choose from: the built-in ones, then its own. */
export function useRoleOptions(): { value: RoleKey; label: string }[] {
  const text = useText();
  const may = useMay();
  const own = useCall(listRoles, { params: useWorkspaceParams() }, { enabled: may("members:manage") });
  return [
    ...ROLES.map((role) => ({ value: role, label: text(`role.${role}`) })),
    ...(own.data?.items ?? []).map(({ key, name }) => ({ value: key, label: name })),
  ];
}
