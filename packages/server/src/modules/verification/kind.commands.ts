import type { putVerificationKind } from "@terrace/contract/api/verifications";
import { guardedAfter } from "@terrace/domain/verification/guarded-fields";
import { mendOfTag } from "@terrace/domain/personal/tag-name";
import type { z } from "zod";
import { faultError } from "../../platform/http/fault-error.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import { sealText } from "../../platform/sealed-text.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { countKinds, deleteKindRow, KINDS_MAX, lockKind, saveKind, type KindRow } from "./kind.store.ts";
import type { VerificationDeps } from "./verification-deps.ts";
import { removeVerifiedTags, settleVerifiedTags } from "./verified-tag.store.ts";

export type KindAsked = z.output<typeof putVerificationKind.body>;

/** Makes a kind or changes it; who is verified has its tag from now on. Throws `tag.invalid`, `condition.no_such_segment`, `verification_kind.too_many`. */
export async function replaceKind(deps: VerificationDeps, context: RouteContext, key: string, asked: KindAsked): Promise<void> {
  const { workspaceId, actor } = context;
  const mend = mendOfTag(asked.tag);
  if (mend !== undefined) throw faultError("tag.invalid", { field: "tag", mend });
  if (asked.eligibility !== null) await deps.requireSegments(workspaceId, asked.eligibility, "eligibility");
  const now = new Date(deps.nowMs());
  await inTransaction(deps.db, async (tx) => {
    const before = await lockKind(tx, workspaceId, { key });
    if (before === undefined && (await countKinds(tx, workspaceId)) >= KINDS_MAX)
      throw faultError("verification_kind.too_many", {
        mend: `A workspace has at most ${KINDS_MAX} kinds of verification; delete those not in use`,
      });
    const eligibility = asked.eligibility === null ? null : sealText(deps.privacy, JSON.stringify(asked.eligibility));
    const guarded = before === undefined ? {} : guardedAfter(before.guarded, before.fields, asked.fields);
    const kindId = await saveKind(tx, workspaceId, { ...asked, key, guarded, eligibility, createdAt: now, createdBy: actor });
    if (before !== undefined && before.tag !== asked.tag) await settleVerifiedTags(tx, workspaceId, { kindId, now });
    await record(deps, tx, context, { verb: before === undefined ? "create" : "update", key, detail: { name: asked.name.zh } });
  });
}

/** Deletes a kind with its applications, and takes its tag off everyone. Throws `verification_kind.not_found`. */
export async function removeKind(deps: VerificationDeps, context: RouteContext, key: string): Promise<void> {
  const { workspaceId } = context;
  await inTransaction(deps.db, async (tx) => {
    const kind = kindOrThrow(await lockKind(tx, workspaceId, { key }));
    await removeVerifiedTags(tx, workspaceId, kind.id);
    await deleteKindRow(tx, workspaceId, kind.id);
    await record(deps, tx, context, { verb: "delete", key, detail: { name: kind.name.zh } });
  });
}

/** Throws `verification_kind.not_found`. */
export function kindOrThrow<K extends KindRow>(kind: K | undefined): K {
  if (kind === undefined)
    throw faultError("verification_kind.not_found", { field: "kind", mend: "Name a kind of this workspace by its key" });
  return kind;
}

type Act = {
  readonly verb: "create" | "update" | "delete";
  readonly key: string;
  readonly detail: Readonly<Record<string, string>>;
};

async function record(deps: VerificationDeps, tx: Tx, { workspaceId, actor, ip }: RouteContext, { verb, key, detail }: Act): Promise<void> {
  await deps.audit(tx, { workspaceId, actor, action: `verification_kind.${verb}`, target: `verification_kind:${key}`, detail, ip });
}
