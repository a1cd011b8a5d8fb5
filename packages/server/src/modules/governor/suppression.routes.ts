import * as api from "@terrace/contract/api/suppressions";
import { DONE } from "@terrace/contract/route";
import type { FieldView } from "@terrace/domain/access/field-view";
import { ADDRESS_KIND } from "@terrace/domain/messages/address-kind";
import { normaliseIdentity, personalClassOfIdentity } from "@terrace/domain/identity/normalise-identity";
import type { MessageChannel } from "@terrace/domain/messages/channel";
import { mask } from "@terrace/domain/personal/mask";
import { redactText } from "@terrace/domain/personal/redact-text";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import type { GovernorDeps } from "./governor-deps.ts";
import {
  deleteSuppression,
  findByAddress,
  listSuppressions,
  lockSuppression,
  saveSuppressions,
  type KeptSuppression,
} from "./suppression.store.ts";

/** Addresses to which nothing is sent. */
export function suppressionRoutes(deps: GovernorDeps): readonly RouteHandler[] {
  return [
    handle(api.listSuppressions, async ({ query }, { workspaceId, fields }) => {
      const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, ["number", "id"]);
      const rows = await listSuppressions(deps.db, workspaceId, {
        channel: query.channel,
        reason: query.reason,
        before: after === undefined ? undefined : { at: new Date(Number(after[0])), id: String(after[1]) },
        limit: query.limit + 1,
      });
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        items: await present(deps, workspaceId, page, fields),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.at.getTime(), last.id]) } : {}),
      };
    }),
    handle(api.findSuppression, async ({ body }, { workspaceId, fields }) => {
      const found = await findByAddress(deps.db, workspaceId, storedAddress(deps, workspaceId, body));
      return { item: found === undefined ? null : await presentOne(deps, workspaceId, found, fields) };
    }),
    handle(api.addSuppression, ({ body }, context) => add(deps, context, body)),
    handle(api.liftSuppression, async ({ params, body }, context) => {
      await lift(deps, context, { id: params.suppression, reason: body.reason });
      return DONE;
    }),
  ];
}

type Given = { readonly channel: MessageChannel; readonly address: string };

/** An address in the form in which people's ids are kept. */
function storedAddress({ privacy }: GovernorDeps, workspaceId: number, { channel, address }: Given) {
  const kind = ADDRESS_KIND[channel];
  if (kind === undefined)
    throw faultError("suppression.channel_has_none", { field: "channel", mend: `Choose one of ${Object.keys(ADDRESS_KIND).join(", ")}` });
  const id = normaliseIdentity(kind, address);
  if (!id.ok)
    throw faultError("suppression.address_invalid", { field: "address", ...(id.fault.mend === undefined ? {} : { mend: id.fault.mend }) });
  const personalClass = personalClassOfIdentity(id.value);
  const { value } = id.value;
  return {
    channel,
    addressToken: personalClass === undefined ? value : privacy.tokenise(workspaceId, personalClass, value),
    originId: privacy.originId(workspaceId, kind, value),
  };
}

async function add(deps: GovernorDeps, context: RouteContext, asked: Given & { readonly detail: string }): Promise<api.SuppressionView> {
  const { workspaceId, actor, ip } = context;
  const { channel } = asked;
  // Whoever writes why may write the address once more.
  const detail = redactText(asked.detail, mask);
  const stored = storedAddress(deps, workspaceId, asked);
  const row = await inTransaction(deps.db, async (tx) => {
    await saveSuppressions(tx, workspaceId, [{ ...stored, reason: "manual", detail, madeBy: actor, at: new Date(deps.nowMs()) }]);
    const kept = await findByAddress(tx, workspaceId, stored);
    if (kept === undefined) throw new Error("what was suppressed in this transaction is there");
    await deps.audit(tx, {
      workspaceId,
      actor,
      action: "suppression.add",
      target: `suppression:${kept.id}`,
      detail: { channel, reason: detail },
      ip,
    });
    return kept;
  });
  return presentOne(deps, workspaceId, row, context.fields);
}

/** What owners of addresses asked for themselves. */
const ASKED_FOR: ReadonlySet<KeptSuppression["reason"]> = new Set(["complained", "unsubscribed"]);

async function lift(
  deps: GovernorDeps,
  context: RouteContext,
  { id, reason }: { readonly id: string; readonly reason: string },
): Promise<void> {
  const { workspaceId, actor, ip, may } = context;
  await inTransaction(deps.db, async (tx) => {
    const kept = /^[1-9]\d{0,17}$/.test(id) ? await lockSuppression(tx, workspaceId, id) : undefined;
    if (kept === undefined) throw faultError("suppression.not_found", { field: "suppression", mend: "Choose one of the list" });
    if (ASKED_FOR.has(kept.reason) && !may("touch:approve"))
      throw faultError("suppression.needs_approval", { field: "suppression", mend: "Ask somebody who may approve messages" });
    await deleteSuppression(tx, workspaceId, id);
    const detail = { channel: kept.channel, because: kept.reason, reason: redactText(reason, mask) };
    await deps.audit(tx, { workspaceId, actor, action: "suppression.lift", target: `suppression:${id}`, detail, ip });
  });
}

async function presentOne(deps: GovernorDeps, workspaceId: number, row: KeptSuppression, view: FieldView): Promise<api.SuppressionView> {
  const [shown] = await present(deps, workspaceId, [row], view);
  if (shown === undefined) throw new Error("each row is shown");
  return shown;
}

/** Addresses masked, by the ids of whoever they belong to now. */
async function present(
  deps: GovernorDeps,
  workspaceId: number,
  rows: readonly KeptSuppression[],
  view: FieldView,
): Promise<api.SuppressionView[]> {
  const { people, db } = deps;
  const originIds = [...new Set(rows.flatMap(({ originId }) => originId ?? []))];
  const names = await people.displayNames(workspaceId, originIds, view);
  const owners = [...new Set([...names.values()].map(({ personId }) => personId))];
  const tokens = new Set(rows.map(({ addressToken }) => addressToken));
  const ids = (await people.identities(db, workspaceId, owners)).filter(({ value }) => tokens.has(value));
  const clear = await people.clearIds(
    workspaceId,
    ids.map(({ originId }) => originId),
  );
  const addressOf = new Map(
    ids.flatMap(({ originId, value }) => {
      const ref = clear.get(originId);
      return ref === undefined ? [] : [[value, maskedId(ref, view)] as const];
    }),
  );
  return rows.map(({ id, channel, addressToken, originId, reason, detail, madeBy, at }) => {
    const owner = originId === null ? undefined : names.get(originId);
    return {
      id,
      channel,
      address: addressOf.get(addressToken) ?? null,
      person: owner === undefined ? null : { id: owner.personId, displayName: owner.displayName },
      reason,
      detail,
      madeBy,
      at: at.toISOString(),
    };
  });
}

/** Whoever may see values in clear sees them on the person's page, where that is put on record. */
function maskedId(ref: Parameters<typeof personalClassOfIdentity>[0], view: FieldView): string | null {
  const personalClass = personalClassOfIdentity(ref);
  if (personalClass === undefined) return ref.value;
  return view.ofClass(personalClass) === "hidden" ? null : mask(personalClass, ref.value);
}
