import { describeHeld, describeHeldClear } from "@terrace/contract/api/rights";
import type { FieldView } from "@terrace/domain/access/field-view";
import { auditText } from "@terrace/domain/access/audit-detail";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import type { PersonAsked } from "../../platform/personal-data/holder.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { areNotesHidden, displayOf, formValueSeen, noteSeen, reveal, revealText, textSeen } from "../people/module.ts";
import { findsMention, isValueOf } from "./mentions.ts";
import type { RightsDeps } from "./rights-deps.ts";

/** Everything held about a person, to show and to hand over. */
export function heldRoutes(deps: RightsDeps): readonly RouteHandler[] {
  return [
    handle(describeHeld, ({ params }, context) => report(deps, context, { id: params.person, reason: undefined })),
    handle(describeHeldClear, ({ params, body }, context) => report(deps, context, { id: params.person, reason: body.reason })),
  ];
}

async function report(
  deps: RightsDeps,
  { workspaceId, actor, ip, fields }: RouteContext,
  { id, reason }: { readonly id: string; readonly reason: string | undefined },
) {
  const ids = await deps.people.idsOfPeople(deps.db, workspaceId, [id]);
  const [first] = ids;
  if (first === undefined) throw faultError("person.not_found", { field: "person", mend: "Search for the person by one of its ids" });
  const { personId } = first;
  // First the record, then the report: what is not on record is not shown.
  await inTransaction(deps.db, (tx) =>
    deps.audit(tx, {
      workspaceId,
      actor,
      action: reason === undefined ? "person.report" : "person.report_clear",
      target: `person:${personId}`,
      detail: reason === undefined ? {} : { reason: auditText(reason) },
      ip,
    }),
  );
  const asked = await askedAbout(deps, workspaceId, {
    personId,
    originIds: ids.map(({ originId }) => originId),
    view: reason === undefined ? fields : fields.unmasked(),
  });
  const holders = [];
  for (const holder of deps.holders) holders.push({ name: holder.name, groups: (await holder.describe(asked)).map(groupOf) });
  return {
    person: personId,
    clear: reason !== undefined,
    madeAt: new Date(deps.nowMs()).toISOString(),
    holders: holders.filter(({ groups }) => groups.some(({ total }) => total > 0)),
  };
}

type HeldGroups = Awaited<ReturnType<RightsDeps["holders"][number]["describe"]>>;

/** Copied, because the answer's contract declares lists that may be written to. */
function groupOf({ key, total, items }: HeldGroups[number]) {
  return {
    key,
    total,
    items: items.map(({ what, value, at }) => ({ what, value: typeof value === "string" ? value : JSON.stringify(value), at })),
  };
}

async function askedAbout(
  { db, privacy }: RightsDeps,
  workspaceId: number,
  { personId, originIds, view }: { readonly personId: string; readonly originIds: readonly string[]; readonly view: FieldView },
): Promise<PersonAsked> {
  const opened = await privacy.open(db, workspaceId, originIds);
  const display = displayOf(view, opened);
  const origins = new Set(originIds);
  const finder = { workspaceId, hasOrigin: (origin: string) => origins.has(origin), hasToken: (token: string) => opened.has(token) };
  return {
    workspaceId,
    personId,
    originIds,
    show: (value) => reveal(value, display.text),
    showField: display.field,
    showText: (text) => revealText(textSeen(text, view), display.text),
    showNote: (text) => (areNotesHidden(view) ? undefined : revealText(noteSeen(text, view), display.text)),
    showFormValue: (text, personalClass) => (areNotesHidden(view) ? undefined : formValueSeen(text, personalClass, view)),
    mentions: (text) => findsMention(privacy, finder, text),
    isValue: (value) => isValueOf(privacy, finder, value),
  };
}
