import * as api from "@terrace/contract/api/referrals";
import type { ProgramView } from "@terrace/contract/api/referrals";
import { DONE } from "@terrace/contract/route";
import { canonicalJson } from "@terrace/domain/canonical-json";
import type { Json, JsonObject } from "@terrace/domain/json";
import type { z } from "zod";
import { loadNewestBatch } from "../../platform/feed/batch.store.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { refuseUnseenIn } from "../../platform/http/refuse-unseen.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { lockSettling, touchProgram } from "./claim.store.ts";
import { lookAtProgram } from "./look.store.ts";
import { programOrThrow } from "./program-of-id.ts";
import { recordAct } from "./record-act.ts";
import {
  countPrograms,
  countUses,
  deleteProgramRow,
  insertProgram,
  loadPrograms,
  PROGRAMS_MAX,
  saveProgram,
  sealWhere,
  type Program,
  type ProgramCounts,
  type ProgramSettings,
} from "./program.store.ts";
import type { ReferralDeps } from "./referral-deps.ts";
import { refusePersonal } from "./refuse-personal.ts";

type Changes = z.output<typeof api.updateProgram.body>;

/** Making and changing programs. */
export function programRoutes(deps: ReferralDeps): readonly RouteHandler[] {
  const { db, privacy, nowMs } = deps;
  return [
    handle(api.listPrograms, async (_input, { workspaceId }) => {
      const uses = await countUses(db, workspaceId);
      return { items: (await loadPrograms(db, privacy, workspaceId)).map((program) => viewOf(program, uses.get(program.id))) };
    }),
    handle(api.getProgram, async ({ params }, { workspaceId }) => view(deps, workspaceId, params.program)),
    handle(api.createProgram, async ({ body }, context) => {
      const { workspaceId, actor } = context;
      const { name, conversion, ...settings } = body;
      refusePersonal("name", name);
      refuseUnseenIn({ conversion, bindBy: settings.bindBy }, context.fields);
      await requireSegment(deps, workspaceId, settings.whoInvites);
      const id = await inTransaction(db, async (tx) => {
        if ((await countPrograms(tx, workspaceId)) >= PROGRAMS_MAX)
          throw faultError("referral.too_many", { mend: `A workspace has at most ${PROGRAMS_MAX} programs; delete those not in use` });
        const made = await insertProgram(tx, {
          workspaceId,
          name,
          settings,
          event: conversion.event,
          where: sealWhere(privacy, conversion),
          createdAt: new Date(nowMs()),
          createdBy: actor,
        });
        await recordAct(deps, tx, context, { verb: "create", id: made, detail: { name, landing: settings.landing } });
        return made;
      });
      return view(deps, workspaceId, id);
    }),
    handle(api.updateProgram, async ({ params, body }, context) => {
      const { workspaceId } = context;
      refusePersonal("name", body.name ?? "");
      if (body.whoInvites !== undefined) await requireSegment(deps, workspaceId, body.whoInvites);
      await inTransaction(db, async (tx) => {
        await lockSettling(tx, workspaceId);
        await change(deps, tx, context, { program: await programOrThrow(deps, tx, workspaceId, params.program), body });
      });
      return view(deps, workspaceId, params.program);
    }),
    handle(api.deleteProgram, async ({ params }, context) => {
      const { workspaceId } = context;
      await inTransaction(db, async (tx) => {
        await lockSettling(tx, workspaceId);
        const { id, name } = await programOrThrow(deps, tx, workspaceId, params.program);
        await deleteProgramRow(tx, workspaceId, id);
        await recordAct(deps, tx, context, { verb: "delete", id, detail: { name } });
      });
      return DONE;
    }),
  ];
}

async function change(
  deps: ReferralDeps,
  tx: Tx,
  context: RouteContext,
  { program, body }: { readonly program: Program; readonly body: Changes },
): Promise<void> {
  const { workspaceId } = context;
  const { name = program.name, archived, conversion = program.conversion, ...given } = body;
  const settings = { ...program.settings, ...withoutGaps(given) };
  const archivedAt = archived === undefined ? program.archivedAt : archived ? (program.archivedAt ?? new Date(deps.nowMs())) : null;
  const isOther = (...keys: readonly (keyof ProgramSettings)[]): boolean =>
    keys.some((key) => !isSame(settings[key], program.settings[key]));
  const isOtherConversion = !isSame(conversion, program.conversion);
  refuseUnseenIn(
    { conversion: isOtherConversion ? conversion : undefined, bindBy: isOther("bindBy") ? settings.bindBy : undefined },
    context.fields,
  );
  await saveProgram(tx, deps.privacy, { ...program, name, settings, conversion, archivedAt });
  // Who is bound, and who converted, is decided anew where the program says something else from now on; what was said again changes nothing.
  if (isOther("newPeopleOnly", "bindWithinDays")) await touchProgram(tx, workspaceId, program.id);
  if (isOtherConversion || isOther("convertWithinDays")) await lookAtProgram(tx, workspaceId, program.id, await loadNewestBatch(tx));
  const detail: JsonObject = { name, ...(archived === undefined ? {} : { archived }), changed: Object.keys(body) };
  await recordAct(deps, tx, context, { verb: "update", id: program.id, detail });
}

function isSame(a: unknown, b: unknown): boolean {
  const written = (value: unknown): string => canonicalJson(JSON.parse(JSON.stringify(value ?? null)) as Json);
  return written(a) === written(b);
}

/** Without what the request did not name. */
function withoutGaps(given: { readonly [Key in keyof ProgramSettings]?: ProgramSettings[Key] | undefined }): Partial<ProgramSettings> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

async function requireSegment(deps: ReferralDeps, workspaceId: number, who: ProgramSettings["whoInvites"]): Promise<void> {
  if (typeof who === "string" || (await deps.segmentNames(workspaceId, [who.segment])).has(who.segment)) return;
  throw faultError("segment.not_found", { field: "whoInvites.segment", mend: "Name a segment of this workspace" });
}

async function view(deps: ReferralDeps, workspaceId: number, id: string): Promise<ProgramView> {
  const program = await programOrThrow(deps, deps.db, workspaceId, id);
  return viewOf(program, (await countUses(deps.db, workspaceId)).get(id));
}

function viewOf(program: Program, counts: ProgramCounts = { codes: 0, bound: 0, converted: 0 }): ProgramView {
  const { id, name, settings, conversion, createdBy } = program;
  return {
    id,
    name,
    ...settings,
    conversion,
    createdBy,
    createdAt: program.createdAt.toISOString(),
    archivedAt: program.archivedAt?.toISOString() ?? null,
    ...counts,
  };
}
