import { createKey, listKeys, revokeKey } from "@terrace/contract/api/access";
import { DONE } from "@terrace/contract/route";
import { decideScopes, keyHint } from "@terrace/domain/access/key-rules";
import type { Permission } from "@terrace/domain/access/permissions";
import type { KeyKind } from "@terrace/domain/access/key-rules";
import { fail, ok, type Result } from "@terrace/domain/result";
import { faultError, valueOrThrow } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction, type Db } from "../../platform/storage/postgres.ts";
import { insertAudit } from "./audit.store.ts";
import { newKey, secretHash, type RandomBytes } from "./credentials.ts";
import type { KeyRing } from "./key-ring.ts";
import { countLiveKeys, insertKey, LIVE_KEYS_MAX, loadKeys, revokeKeyRow, type KeyRow } from "./key.store.ts";

export type KeyDeps = { readonly db: Db; readonly nowMs: () => number; readonly randomBytes: RandomBytes; readonly keys: KeyRing };

export function createKeyRoutes(deps: KeyDeps): readonly RouteHandler[] {
  return [
    handle(listKeys, async (_input, context) => ({ items: (await loadKeys(deps.db, context.workspaceId)).map(viewOf) })),
    handle(createKey, async ({ body }, context) => {
      const { key, secret } = valueOrThrow(await makeKey(deps, context, body));
      return { key: viewOf(key), secret };
    }),
    handle(revokeKey, async ({ params }, context) => {
      if (!/^[1-9]\d{0,17}$/.test(params.key)) throw faultError("key.not_found", { field: "key" });
      valueOrThrow(await revoke(deps, context, params.key));
      deps.keys.forget();
      return DONE;
    }),
  ];
}

type KeyInput = { readonly kind: KeyKind; readonly name: string; readonly scopes: readonly Permission[] };

async function makeKey(
  deps: KeyDeps,
  context: RouteContext,
  input: KeyInput,
): Promise<Result<{ readonly key: KeyRow; readonly secret: string }>> {
  const scopes = decideScopes(input.kind, input.scopes, context.may);
  if (!scopes.ok) return scopes;
  const secret = newKey(input.kind, deps.randomBytes);
  const createdAt = new Date(deps.nowMs());
  return inTransaction(deps.db, async (tx) => {
    if ((await countLiveKeys(tx, context.workspaceId)) >= LIVE_KEYS_MAX)
      return fail("request.conflict", { mend: `A workspace has at most ${LIVE_KEYS_MAX} keys; revoke those not in use` });
    const key = await insertKey(tx, context.workspaceId, {
      kind: input.kind,
      name: input.name,
      hint: keyHint(secret),
      hash: secretHash(secret),
      scopes: scopes.value,
      fields: context.grant.fields,
      createdAt,
      createdBy: context.actor,
    });
    if (key === undefined) throw new Error("a fresh key exists already");
    const detail = { kind: input.kind, name: input.name, scopes: scopes.value };
    await insertAudit(
      tx,
      { workspaceId: context.workspaceId, actor: context.actor, action: "key.create", target: `key:${key.id}`, detail, ip: context.ip },
      createdAt,
    );
    return ok({ key, secret });
  });
}

async function revoke(deps: KeyDeps, context: RouteContext, keyId: string): Promise<Result<true>> {
  const at = new Date(deps.nowMs());
  return inTransaction(deps.db, async (tx) => {
    const revoked = await revokeKeyRow(tx, context.workspaceId, { keyId, at, by: context.actor });
    if (revoked === undefined) return fail("key.not_found", { field: "key" });
    const { kind, name, changed } = revoked;
    if (changed)
      await insertAudit(
        tx,
        {
          workspaceId: context.workspaceId,
          actor: context.actor,
          action: "key.revoke",
          target: `key:${keyId}`,
          detail: { kind, name },
          ip: context.ip,
        },
        at,
      );
    return ok(true);
  });
}

function viewOf(key: KeyRow) {
  return {
    ...key,
    createdAt: key.createdAt.toISOString(),
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
  };
}
