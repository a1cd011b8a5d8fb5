import * as api from "@terrace/contract/api/verifications";
import { DONE } from "@terrace/contract/route";
import { normaliseIdentity } from "@terrace/domain/identity/normalise-identity";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { applyFor } from "./apply.commands.ts";
import { openEligibility } from "./eligibility.ts";
import { kindOrThrow, removeKind, replaceKind } from "./kind.commands.ts";
import { loadKinds, type CountedKind } from "./kind.store.ts";
import { review, type Review } from "./review.commands.ts";
import type { VerificationDeps } from "./verification-deps.ts";
import { loadVerifications } from "./verification.store.ts";
import { clearEvidence, presentVerification, presentVerifications } from "./verification.views.ts";

/** Kinds of verification, applications, and their review. */
export function verificationRoutes(deps: VerificationDeps): readonly RouteHandler[] {
  return [...kindRoutes(deps), ...applicationRoutes(deps), ...reviewRoutes(deps)];
}

function kindRoutes(deps: VerificationDeps): readonly RouteHandler[] {
  const now = (): Date => new Date(deps.nowMs());
  return [
    handle(api.listVerificationKinds, async (_input, { workspaceId }) => ({
      items: (await loadKinds(deps.db, workspaceId, now())).map((kind) => kindView(deps, kind)),
    })),
    handle(api.putVerificationKind, async ({ params, body }, context) => {
      await replaceKind(deps, context, params.kind, body);
      const [kind] = await loadKinds(deps.db, context.workspaceId, now(), params.kind);
      return kindView(deps, kindOrThrow(kind));
    }),
    handle(api.deleteVerificationKind, async ({ params }, context) => {
      await removeKind(deps, context, params.kind);
      return DONE;
    }),
  ];
}

function kindView(deps: VerificationDeps, { key, name, badge, tag, fields, eligibility, ...row }: CountedKind): api.VerificationKindView {
  return {
    key,
    name,
    badge,
    tag,
    fields: fields.map((field) => ({ ...field, choices: [...field.choices] })),
    eligibility: eligibility === null ? null : openEligibility(deps, eligibility),
    validDays: row.validDays,
    open: row.open,
    waiting: row.waiting,
    verified: row.verified,
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
  };
}

function applicationRoutes(deps: VerificationDeps): readonly RouteHandler[] {
  return [
    handle(api.listVerifications, async ({ query }, context) => {
      const { workspaceId } = context;
      const { state, kind, limit } = query;
      const person = query.person === undefined ? undefined : (await deps.people.personOf(workspaceId, query.person)).personId;
      const after = query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ["id"])[0]);
      const rows = await loadVerifications(deps.db, workspaceId, {
        filter: { state, kind, person },
        now: new Date(deps.nowMs()),
        after,
        limit: limit + 1,
      });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        items: await presentVerifications(deps, context, page),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.id]) } : {}),
      };
    }),
    handle(api.getVerification, ({ params }, context) => presentVerification(deps, context, params.verification)),
    handle(api.applyForVerification, async ({ params, body }, context) =>
      presentVerification(deps, context, await applyFor(deps, context, params.person, body)),
    ),
    handle(api.submitVerification, async ({ body: { identity, ...body } }, context) => {
      const id = normaliseIdentity(identity.kind, identity.value);
      if (!id.ok) throw faultError("person.not_found", { field: "identity.value", mend: "Name the person by an id that was sent" });
      const person = deps.privacy.originId(context.workspaceId, id.value.kind, id.value.value);
      return presentVerification(deps, context, await applyFor(deps, context, person, body));
    }),
    handle(api.unmaskVerification, async ({ params, body }, context) => {
      const { workspaceId, actor, ip } = context;
      const evidence = await clearEvidence(deps, context, params.verification);
      // What is not on record is not shown.
      await inTransaction(deps.db, (tx) =>
        deps.audit(tx, {
          workspaceId,
          actor,
          action: "verification.unmask",
          target: `verification:${params.verification}`,
          detail: { reason: body.reason },
          ip,
        }),
      );
      return { evidence };
    }),
  ];
}

function reviewRoutes(deps: VerificationDeps): readonly RouteHandler[] {
  const reviewed = async (context: RouteContext, id: string, asked: Review) => {
    await review(deps, context, id, asked);
    return presentVerification(deps, context, id);
  };
  return [
    handle(api.approveVerification, ({ params, body }, context) =>
      reviewed(context, params.verification, { act: "approve", reason: body.note }),
    ),
    handle(api.rejectVerification, ({ params, body }, context) =>
      reviewed(context, params.verification, { act: "reject", reason: body.reason }),
    ),
    handle(api.withdrawVerification, ({ params, body }, context) =>
      reviewed(context, params.verification, { act: "withdraw", reason: body.note }),
    ),
    handle(api.revokeVerification, ({ params, body }, context) =>
      reviewed(context, params.verification, { act: "revoke", reason: body.reason }),
    ),
  ];
}
