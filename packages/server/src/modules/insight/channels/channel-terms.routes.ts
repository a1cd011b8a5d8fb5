import { deleteChannelTerms, listChannelTerms, saveChannelTerms } from "@terrace/contract/api/insight-channels";
import { DONE } from "@terrace/contract/route";
import type { ChannelTerms } from "@terrace/domain/insight/channels/channel-terms";
import { queryFault } from "@terrace/domain/insight/query-fault";
import { dayOfIso, isoDay } from "@terrace/domain/time/zoned-time";
import { faultError, valueOrThrow } from "../../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler, type RouteInput } from "../../../platform/http/handler.ts";
import { inTransaction, type Db } from "../../../platform/storage/postgres.ts";
import type { AccessModule } from "../../access/module.ts";
import { CHANNEL_TERMS_MAX, deleteChannelTermsRow, loadChannelTerms, saveChannelTermsRow } from "./channel-terms.store.ts";

export type ChannelTermsDeps = {
  readonly db: Db;
  readonly workspace: AccessModule["workspace"];
  readonly audit: AccessModule["audit"];
  readonly nowMs: () => number;
};

/** What was agreed with channels, as operators read and set it. */
export function channelTermsRoutes({ db, workspace, audit, nowMs }: ChannelTermsDeps): readonly RouteHandler[] {
  return [
    handle(listChannelTerms, async (_, { workspaceId }) => ({
      currency: (await workspace(workspaceId))?.currency ?? "CNY",
      items: (await loadChannelTerms(db, workspaceId)).map(({ updatedBy, updatedAt, ...terms }) => ({
        ...present(terms),
        updatedBy,
        updatedAt: updatedAt.toISOString(),
      })),
    })),
    handle(saveChannelTerms, async ({ body }, context) => {
      const terms = read(body);
      await inTransaction(db, async (tx) => {
        const others = (await loadChannelTerms(tx, context.workspaceId)).filter(({ channel }) => channel !== terms.channel);
        refuseTaken(terms, others);
        if (others.length >= CHANNEL_TERMS_MAX)
          throw faultError("insight.query_invalid", {
            field: "channel",
            mend: `A workspace has terms with at most ${CHANNEL_TERMS_MAX} channels`,
          });
        await saveChannelTermsRow(tx, context.workspaceId, { ...terms, updatedBy: context.actor, updatedAt: new Date(nowMs()) });
        await audit(tx, { ...whoOf(context), action: "channel_terms.save", target: `channel:${terms.channel}`, detail: present(terms) });
      });
      return present(terms);
    }),
    handle(deleteChannelTerms, async ({ params }, context) => {
      await inTransaction(db, async (tx) => {
        if (!(await deleteChannelTermsRow(tx, context.workspaceId, params.channel)))
          throw faultError("insight.no_channel_terms", { field: "channel", mend: "Name a channel of the list" });
        await audit(tx, { ...whoOf(context), action: "channel_terms.delete", target: `channel:${params.channel}`, detail: {} });
      });
      return DONE;
    }),
  ];
}

function whoOf({ workspaceId, actor, ip }: RouteContext): Pick<RouteContext, "workspaceId" | "actor" | "ip"> {
  return { workspaceId, actor, ip };
}

function read(body: RouteInput<typeof saveChannelTerms>["body"]): ChannelTerms {
  const day = (field: "feeFrom" | "feeTo"): number | null => {
    const text = body[field];
    return text === null ? null : (dayOfIso(text) ?? valueOrThrow(queryFault(field, "Write a calendar date as 2026-03-31")));
  };
  const [feeFrom, feeTo] = [day("feeFrom"), day("feeTo")];
  if (body.feeMinor > 0 && (feeFrom === null || feeTo === null))
    valueOrThrow(queryFault(feeFrom === null ? "feeFrom" : "feeTo", "Say for which days the fee is"));
  if (feeFrom !== null && feeTo !== null && feeTo <= feeFrom) valueOrThrow(queryFault("feeTo", "Name a date after feeFrom"));
  const shareBasisPoints = Math.round(body.sharePercent * 100);
  if (Math.abs(body.sharePercent * 100 - shareBasisPoints) > 1e-6) valueOrThrow(queryFault("sharePercent", "Give at most two decimals"));
  return {
    channel: body.channel,
    kind: body.kind,
    aliases: [...new Set(body.aliases)].filter((alias) => alias !== body.channel),
    shareBasisPoints,
    feeMinor: body.feeMinor,
    feeFrom,
    feeTo,
  };
}

/** A value means one channel. */
function refuseTaken({ channel, aliases }: ChannelTerms, others: readonly ChannelTerms[]): void {
  const taken = new Map(others.flatMap((other) => [other.channel, ...other.aliases].map((name) => [name, other.channel] as const)));
  const owner = taken.get(channel);
  if (owner !== undefined) valueOrThrow(queryFault("channel", `This is another name of ${owner}; take it away there first`));
  const index = aliases.findIndex((alias) => taken.has(alias));
  if (index >= 0)
    valueOrThrow(queryFault(`aliases.${index}`, `This name belongs to ${taken.get(aliases[index] ?? "") ?? ""}; take it away there first`));
}

function present({ channel, kind, aliases, shareBasisPoints, feeMinor, feeFrom, feeTo }: ChannelTerms) {
  return {
    channel,
    kind,
    aliases: [...aliases],
    sharePercent: shareBasisPoints / 100,
    feeMinor,
    feeFrom: feeFrom === null ? null : isoDay(feeFrom),
    feeTo: feeTo === null ? null : isoDay(feeTo),
  };
}
