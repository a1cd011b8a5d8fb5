import type { VerificationDetail, VerificationView } from "@terrace/contract/api/verifications";
import type { Evidence } from "@terrace/domain/verification/evidence";
import type { FieldView } from "@terrace/domain/access/field-view";
import type { RouteContext } from "../../platform/http/handler.ts";
import { openText } from "../../platform/sealed-text.ts";
import { formValueSeen, noteSeen } from "../people/module.ts";
import { unknownVerification } from "./review.commands.ts";
import type { VerificationDeps } from "./verification-deps.ts";
import { loadEvidence, loadSteps, loadVerifications, type VerificationRow } from "./verification.store.ts";

const ID = /^[1-9]\d{0,17}$/;

/** Applications as the caller sees them. */
export async function presentVerifications(
  deps: VerificationDeps,
  context: RouteContext,
  rows: readonly VerificationRow[],
): Promise<VerificationView[]> {
  const { workspaceId, fields } = context;
  const names =
    rows.length === 0
      ? undefined
      : await deps.people.displayNames(
          workspaceId,
          rows.map(({ originId }) => originId),
          fields,
        );
  return rows.flatMap((row): readonly VerificationView[] => {
    const person = names?.get(row.originId);
    return person === undefined ? [] : [viewOf(row, person)];
  });
}

function viewOf(
  row: VerificationRow,
  { personId, displayName }: { readonly personId: string; readonly displayName: string },
): VerificationView {
  return {
    id: row.id,
    kind: { key: row.kindKey, name: row.kindName, badge: row.badge },
    person: { id: personId, displayName },
    state: row.state,
    counts: row.counts,
    submittedAt: row.submittedAt.toISOString(),
    submittedBy: row.submittedBy,
    decidedAt: row.decidedAt?.toISOString() ?? null,
    validUntil: row.validUntil?.toISOString() ?? null,
  };
}

/** One application with its evidence and history; throws `verification.not_found`. */
export async function presentVerification(deps: VerificationDeps, context: RouteContext, id: string): Promise<VerificationDetail> {
  const { workspaceId, fields } = context;
  const rows = ID.test(id) ? await loadVerifications(deps.db, workspaceId, { filter: { id }, now: new Date(deps.nowMs()), limit: 1 }) : [];
  const [view] = await presentVerifications(deps, context, rows);
  if (view === undefined) throw unknownVerification();
  const [given, steps] = await Promise.all([evidenceOf(deps, workspaceId, id), loadSteps(deps.db, workspaceId, id)]);
  return {
    ...view,
    evidence: evidenceShown(given, fields),
    history: steps.map(({ state, at, by, reason }) => ({
      state,
      at: at.toISOString(),
      by,
      reason: noteSeen(openText(deps.privacy, reason), fields),
    })),
  };
}

/** What was filled in, in clear, by key, as far as the caller may see it after a reason. */
export async function clearEvidence(
  deps: VerificationDeps,
  { workspaceId, fields }: RouteContext,
  id: string,
): Promise<Readonly<Record<string, string>>> {
  const given = await evidenceOf(deps, workspaceId, id);
  return Object.fromEntries(
    fieldsOf(given).map(({ key, personal }) => [key, formValueSeen(String(given.evidence[key]), personal, fields.unmasked())]),
  );
}

type Given = Omit<NonNullable<Awaited<ReturnType<typeof loadEvidence>>>, "evidence"> & { readonly evidence: Evidence };

async function evidenceOf(deps: VerificationDeps, workspaceId: number, id: string): Promise<Given> {
  const row = ID.test(id) ? await loadEvidence(deps.db, workspaceId, id) : undefined;
  if (row === undefined) throw unknownVerification();
  return { fields: row.fields, evidence: JSON.parse(openText(deps.privacy, row.evidence)) as Evidence };
}

/** In the order of the fields, then what is not asked for any more: nobody says any more what that is, so all of it counts as personal. */
function fieldsOf({ fields, evidence }: Given) {
  const asked = fields.filter(({ key }) => evidence[key] !== undefined);
  const known = new Set(asked.map(({ key }) => key));
  const others = Object.keys(evidence)
    .filter((key) => !known.has(key))
    .toSorted()
    .map((key) => ({ key, name: null, type: "text" as const, personal: "marked" as const }));
  return [...asked, ...others];
}

function evidenceShown(given: Given, view: FieldView): VerificationDetail["evidence"] {
  return fieldsOf(given).map(({ key, name, type, personal }) => {
    const clear = String(given.evidence[key]);
    const value = formValueSeen(clear, personal, view);
    return { key, name, type, value, personal: value !== formValueSeen(clear, personal, view.unmasked()) };
  });
}
