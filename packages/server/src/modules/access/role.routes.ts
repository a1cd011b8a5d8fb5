import { createRole, deleteRole, listRoles, updateRole } from "@terrace/contract/api/roles";
import { DONE } from "@terrace/contract/route";
import { valueOrThrow } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import { byOf } from "./member.routes.ts";
import * as commands from "./role.commands.ts";
import { loadRoles, type CustomRole } from "./role.store.ts";

export function createRoleRoutes(deps: commands.RoleDeps): readonly RouteHandler[] {
  return [
    handle(listRoles, async (_input, context) => ({ items: (await loadRoles(deps.db, context.workspaceId)).map(viewOf) })),
    handle(createRole, async ({ body }, context) => viewOf(valueOrThrow(await commands.makeRole(deps, byOf(context), body)))),
    handle(updateRole, async ({ params, body }, context) =>
      viewOf(valueOrThrow(await commands.changeRoleContent(deps, byOf(context), params.role, body))),
    ),
    handle(deleteRole, async ({ params, query }, context) => {
      valueOrThrow(await commands.dropRole(deps, byOf(context), params.role, query.replacement));
      return DONE;
    }),
  ];
}

function viewOf({ roleId, name, permissions, fields, members, createdAt }: CustomRole) {
  const { classes, traits, properties } = fields;
  return {
    key: `custom:${roleId}` as const,
    name,
    permissions,
    fields: { classes: { ...classes }, traits: { ...traits }, properties: { ...properties } },
    members,
    createdAt: createdAt.toISOString(),
  };
}
