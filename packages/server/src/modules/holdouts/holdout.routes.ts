import * as reportApi from "@terrace/contract/api/holdout-report";
import * as api from "@terrace/contract/api/holdouts";
import { DONE } from "@terrace/contract/route";
import { normaliseIdentity } from "@terrace/domain/identity/normalise-identity";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { askHoldouts } from "./ask.ts";
import { loadAsked } from "./group.store.ts";
import { beginHoldout, changeHoldout, endHoldoutNow, holdoutOrThrow, removeHoldout, rotateNow } from "./holdout.commands.ts";
import type { HoldoutDeps } from "./holdout-deps.ts";
import { findHoldout, loadGenerations } from "./holdout.store.ts";
import { reportTurn, turnOf } from "./report.ts";
import { holdoutsOfPerson, viewHoldout, viewHoldouts } from "./holdout.views.ts";

/** Holdouts, who is in them, and the question whether somebody may get something. */
export function holdoutRoutes(deps: HoldoutDeps): readonly RouteHandler[] {
  const shown = async (context: RouteContext, key: string, change: Promise<void>) => {
    await change;
    return viewHoldout(deps, context.workspaceId, key);
  };
  return [
    handle(api.listHoldouts, ({ query }, { workspaceId }) => listed(deps, workspaceId, query)),
    handle(api.getHoldout, ({ params }, { workspaceId }) => viewHoldout(deps, workspaceId, params.holdout)),
    handle(api.createHoldout, ({ body }, context) => shown(context, body.key, beginHoldout(deps, context, body))),
    handle(api.updateHoldout, ({ params, body }, context) =>
      shown(context, params.holdout, changeHoldout(deps, context, params.holdout, body)),
    ),
    handle(api.rotateHoldout, ({ params }, context) => shown(context, params.holdout, rotateNow(deps, context, params.holdout))),
    handle(api.endHoldout, ({ params }, context) => shown(context, params.holdout, endHoldoutNow(deps, context, params.holdout))),
    handle(api.deleteHoldout, async ({ params }, context) => {
      await removeHoldout(deps, context, params.holdout);
      return DONE;
    }),
    handle(api.listHoldoutPeople, ({ params, query }, context) => askedPeople(deps, context, { key: params.holdout, ...query })),
    handle(api.listPersonHoldouts, async ({ params, query }, context) => ({
      items: await holdoutsOfPerson(deps, context, {
        person: params.person,
        atMs: query.at === undefined ? deps.nowMs() : Date.parse(query.at),
      }),
    })),
    handle(reportApi.reportHoldout, ({ params, body, query }, context) =>
      reportTurn(deps, context, { key: params.holdout, asked: body, query }),
    ),
    handle(api.askHoldouts, async ({ body }, { workspaceId }) => {
      const ids = body.people.map(({ kind, value }) => {
        if (kind === "person") return value;
        const id = normaliseIdentity(kind, value);
        return id.ok ? deps.privacy.originId(workspaceId, id.value.kind, id.value.value) : "";
      });
      const answers = await askHoldouts(deps, workspaceId, { program: body.program, ids });
      return {
        items: ids.map((id) => {
          const answer = answers.get(id);
          return answer === undefined ? null : { ...answer, groups: answer.groups.map((one) => ({ ...one })) };
        }),
      };
    }),
  ];
}

async function listed(
  deps: HoldoutDeps,
  workspaceId: number,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
) {
  const [ended, id] = cursor === undefined ? [] : decodeCursor(cursor, ["number", "id"]);
  const after = id === undefined ? {} : { after: { isEnded: ended === 1, id: String(id) } };
  const { items, last } = await viewHoldouts(deps, workspaceId, { ...after, limit });
  return { items, ...(last === undefined ? {} : { nextCursor: encodeCursor([last.endedAt === null ? 0 : 1, last.id]) }) };
}

type AskedPage = {
  readonly key: string;
  readonly generation?: number | undefined;
  readonly group?: "held" | "open" | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

async function askedPeople(deps: HoldoutDeps, context: RouteContext, { key, generation, group, limit, cursor }: AskedPage) {
  const { workspaceId } = context;
  const { id } = holdoutOrThrow(await findHoldout(deps.db, workspaceId, key));
  const turn = turnOf((await loadGenerations(deps.db, workspaceId, [id])).get(id) ?? [], generation);
  const after = cursor === undefined ? "-1" : String(decodeCursor(cursor, ["id"])[0]);
  const rows = await loadAsked(deps.db, workspaceId, { holdoutId: id, number: turn.number }, { group, after, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const names = await deps.people.displayNames(
    workspaceId,
    page.map(({ originId }) => originId),
    context.fields,
  );
  return {
    items: page.flatMap(({ originId, at, ...row }) => {
      const person = names.get(originId);
      return person === undefined
        ? []
        : [{ person: { id: person.personId, displayName: person.displayName }, group: row.group, askedAt: at.toISOString() }];
    }),
    ...(rows.length > limit && last !== undefined ? { nextCursor: encodeCursor([last.originId]) } : {}),
  };
}
