import * as api from "@terrace/contract/api/duplicates";
import { DONE } from "@terrace/contract/route";
import { SIGN_CONFIDENCE } from "@terrace/domain/identity/duplicate-rules";
import { handle, type RouteContext, type RouteHandler } from "../../../platform/http/handler.ts";
import { inTransaction } from "../../../platform/storage/postgres.ts";
import { decideConflict, type MergeCommandDeps } from "../merge.commands.ts";
import { displayOf } from "../field-display.ts";
import { displayNameOf, loadPictures, type PictureDeps } from "../person-picture.ts";
import { revealText } from "../personal-text.ts";
import { loadHeads } from "../person.views.ts";
import { insertDistinct, loadMergeRules, saveMergeRules } from "./duplicates.store.ts";
import { findDuplicates, type DuplicateGroup } from "./duplicates.views.ts";

export type DuplicateRouteDeps = MergeCommandDeps & PictureDeps;

/** The report of people who look like one, what is decided about many at once, and the rules. */
export function duplicateRoutes(deps: DuplicateRouteDeps): readonly RouteHandler[] {
  const { db, nowMs } = deps;
  return [
    handle(api.listDuplicates, async ({ query }, { workspaceId, fields }) => {
      const found = await findDuplicates(db, workspaceId, query.sign, query.limit + 1);
      const groups = await present(deps, { workspaceId, fields }, found.slice(0, query.limit));
      return { sign: query.sign, confidence: SIGN_CONFIDENCE[query.sign], more: found.length > query.limit, groups };
    }),
    handle(api.keepPeopleApart, async ({ body }, { workspaceId, actor, ip }) => {
      await inTransaction(db, async (tx) => {
        await insertDistinct(tx, workspaceId, { people: body.people, actor, at: new Date(nowMs()) });
        const detail = { people: body.people };
        await deps.audit(tx, { workspaceId, actor, ip, action: "person.keep_apart", target: `person:${body.people[0] ?? ""}`, detail });
      });
      return DONE;
    }),
    handle(api.decideConflicts, async ({ body }, context) => {
      const refused: { conflict: string; code: string }[] = [];
      for (const conflict of new Set(body.conflicts)) {
        const decided = await decideConflict(deps, context, conflict, body.decision);
        if (!decided.ok) refused.push({ conflict, code: decided.fault.code });
      }
      return { decided: new Set(body.conflicts).size - refused.length, refused };
    }),
    handle(api.getMergeRules, (_input, { workspaceId }) => loadMergeRules(db, workspaceId)),
    handle(api.saveMergeRules, async ({ body }, { workspaceId, actor, ip }) => {
      await inTransaction(db, async (tx) => {
        await saveMergeRules(tx, workspaceId, body);
        await deps.audit(tx, { workspaceId, actor, ip, action: "workspace.merge_rules", target: `workspace:${workspaceId}`, detail: body });
      });
      return body;
    }),
  ];
}

async function present(
  deps: DuplicateRouteDeps,
  { workspaceId, fields }: Pick<RouteContext, "workspaceId" | "fields">,
  groups: readonly DuplicateGroup[],
) {
  const ids = [...new Set(groups.flatMap(({ people }) => people))];
  const [pictures, heads] = await Promise.all([loadPictures(deps, workspaceId, ids), loadHeads(deps.db, workspaceId, ids)]);
  return groups.map(({ value, people, keptApart }) => {
    // All pictures were opened together, so any of them knows every value.
    const opened = pictures.get(people[0] ?? "")?.opened ?? new Map<string, string>();
    return {
      value: revealText(value, displayOf(fields, opened).text),
      keptApart,
      people: people.flatMap((person) => {
        const [picture, head] = [pictures.get(person), heads.get(person)];
        if (picture === undefined || head === undefined) return [];
        return [
          {
            person,
            displayName: displayNameOf(picture, fields),
            lastSeenAt: new Date(head.lastSeenMs).toISOString(),
            idsCount: head.idsCount,
          },
        ];
      }),
    };
  });
}
