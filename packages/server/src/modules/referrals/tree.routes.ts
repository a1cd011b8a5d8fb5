import * as api from "@terrace/contract/api/referral-tree";
import { ANCESTORS_MAX, DESCENDANTS_MAX } from "@terrace/contract/api/referral-tree";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { linkPath } from "./code.routes.ts";
import { loadCodesOf } from "./code.store.ts";
import { namesOf } from "./person-names.ts";
import { programOrThrow } from "./program-of-id.ts";
import type { ReferralDeps } from "./referral-deps.ts";
import { countDescendants, loadChildren, loadLine, loadPersonParts, type TreeNode } from "./tree.views.ts";

/** Who brought whom. */
export function treeRoutes(deps: ReferralDeps): readonly RouteHandler[] {
  const { db } = deps;
  return [
    handle(api.listTree, async ({ params, query }, context) => {
      const { workspaceId } = context;
      const { id: programId } = await programOrThrow(deps, db, workspaceId, params.program);
      const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, ["number", "string"]);
      const inviterId = query.person === undefined ? undefined : await ownerOf(deps, workspaceId, query.person);
      const after = cursor === undefined ? undefined : { direct: Number(cursor[0]), personId: idOf(String(cursor[1])) };
      const found = await loadChildren(db, { workspaceId, programId, inviterId, after, limit: query.limit + 1 });
      const page = found.slice(0, query.limit);
      const people = page.map(({ personId }) => personId);
      const { counts, isCapped } = await countDescendants(db, workspaceId, programId, { people, max: DESCENDANTS_MAX });
      const names = await namesOf(deps, context, people);
      const last = page.at(-1);
      return {
        items: page.map((node) => ({ ...nodeView(node, names), direct: node.direct, descendants: counts.get(node.personId) ?? 0 })),
        descendantsCapped: isCapped,
        ...(found.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.direct, last.personId]) } : {}),
      };
    }),
    handle(api.listAncestors, async ({ params }, context) => {
      const { workspaceId } = context;
      const { id } = await programOrThrow(deps, db, workspaceId, params.program);
      const personId = await ownerOf(deps, workspaceId, params.person);
      const [, ...line] = await loadLine(db, workspaceId, id, { personId, limit: ANCESTORS_MAX + 1 });
      const page = line.slice(0, ANCESTORS_MAX);
      const names = await namesOf(
        deps,
        context,
        page.map((node) => node.personId),
      );
      return { items: page.map((node) => nodeView(node, names)), more: line.length > page.length };
    }),
    handle(api.getPersonReferrals, async ({ params }, context) => ({ items: await partsOf(deps, context, params.person) })),
  ];
}

function nodeView({ personId, generation, boundMs, code, convertedMs }: TreeNode, names: Awaited<ReturnType<typeof namesOf>>) {
  return { person: names(personId), generation, boundAt: isoOf(boundMs), code, convertedAt: isoOf(convertedMs) };
}

/** Whose an id is; somebody who was forgotten stands in the tree by an id of nobody's. */
async function ownerOf({ people }: ReferralDeps, workspaceId: number, id: string): Promise<string> {
  return (await people.owners(workspaceId, [id])).get(id) ?? idOf(id);
}

const ID_MAX = 9_223_372_036_854_775_807n;

/** An id that a column can hold; what is beyond is nobody's. */
function idOf(text: string): string {
  return /^\d{1,20}$/.test(text) && BigInt(text) <= ID_MAX ? text : "0";
}

async function partsOf(deps: ReferralDeps, context: RouteContext, person: string) {
  const { workspaceId } = context;
  const { personId, originIds } = await deps.people.personOf(workspaceId, person);
  const codes = await loadCodesOf(deps.db, workspaceId, originIds);
  const parts = await loadPersonParts(deps.db, workspaceId, { personId, programs: codes.map(({ programId }) => programId) });
  const names = await namesOf(
    deps,
    context,
    parts.flatMap(({ inviterId }) => inviterId ?? []),
  );
  return parts.map(({ programId, name, inviterId, boundMs, convertedMs, code, generation, direct, convertedDirect }) => ({
    program: { id: programId, name },
    broughtBy: inviterId === null ? null : names(inviterId),
    boundAt: isoOf(boundMs),
    code,
    convertedAt: isoOf(convertedMs),
    generation,
    direct,
    convertedDirect,
    codes: codes
      .filter((own) => own.programId === programId)
      .map((own) => ({ code: own.code, path: linkPath(own.code), label: own.label })),
  }));
}

function isoOf(ms: number | string | null): string | null {
  return ms === null ? null : new Date(Number(ms)).toISOString();
}
