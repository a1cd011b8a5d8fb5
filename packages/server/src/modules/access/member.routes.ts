import { addMember, changeMemberRole, createSignInLink, listMembers, removeMember } from "@terrace/contract/api/access";
import { DONE } from "@terrace/contract/route";
import { faultError, valueOrThrow } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import * as commands from "./member.commands.ts";
import { loadMembers, type MemberRow } from "./member.store.ts";

export function createMemberRoutes(deps: commands.MemberDeps): readonly RouteHandler[] {
  return [
    handle(listMembers, async (_input, context) => ({ items: (await loadMembers(deps.db, context.workspaceId)).map(viewOf) })),
    handle(addMember, async ({ body }, context) => {
      const { member, signInPath } = valueOrThrow(await commands.addMember(deps, byOf(context), body));
      return { member: viewOf(member), signInPath };
    }),
    handle(changeMemberRole, async ({ params, body }, context) =>
      viewOf(valueOrThrow(await commands.changeRole(deps, byOf(context), { operatorId: operatorIdOf(params.operator), role: body.role }))),
    ),
    handle(removeMember, async ({ params }, context) => {
      valueOrThrow(await commands.removeMember(deps, byOf(context), operatorIdOf(params.operator)));
      return DONE;
    }),
    handle(createSignInLink, async ({ params }, context) => ({
      signInPath: valueOrThrow(await commands.renewSignInLink(deps, byOf(context), operatorIdOf(params.operator))),
    })),
  ];
}

/** Who a request changes members for. A key is never an owner: what only owners may do stays with people. */
export function byOf({ workspaceId, caller, actor, ip, grant }: RouteContext): commands.By {
  return { workspaceId, isOwner: caller.kind === "operator" && caller.role === "owner", grant, actor, ip };
}

/** The number of an operator in a path. Throws member.not_found. */
export function operatorIdOf(text: string): string {
  if (/^[1-9]\d{0,8}$/.test(text)) return text;
  throw faultError("member.not_found", { field: "operator" });
}

function viewOf({ operatorId, email, name, role, roleName, secondFactor, active, lastSeenAt, createdAt }: MemberRow) {
  return {
    operatorId,
    email,
    name,
    role,
    roleName,
    secondFactor,
    active,
    lastSeenAt: lastSeenAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}
