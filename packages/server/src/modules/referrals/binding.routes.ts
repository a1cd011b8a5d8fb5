import * as api from "@terrace/contract/api/referral-codes";
import { normaliseIdentity } from "@terrace/domain/identity/normalise-identity";
import { readCode } from "@terrace/domain/referrals/code";
import type { z } from "zod";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import type { Heard } from "./claim.store.ts";
import { findLiveCodes, type LiveCode } from "./code.store.ts";
import { postLetters } from "./inbox.store.ts";
import { activeProgramOrThrow } from "./program-of-id.ts";
import { recordAct } from "./record-act.ts";
import type { ReferralDeps } from "./referral-deps.ts";

type Body = z.output<typeof api.bindPeople.body>;
type Pair = Body["pairs"][number];
type Refusal = z.output<typeof api.bindPeople.response>["refused"][number];

/** Saying from outside who was invited by whom. */
export function bindingRoutes(deps: ReferralDeps): readonly RouteHandler[] {
  return [
    handle(api.bindPeople, async ({ params, body }, context) => {
      const program = await activeProgramOrThrow(deps, deps.db, context.workspaceId, params.program);
      return bind(deps, context, program.id, body);
    }),
  ];
}

async function bind(deps: ReferralDeps, context: RouteContext, programId: string, { pairs, trusted }: Body) {
  const { workspaceId } = context;
  const refused: Refusal[] = [];
  await inTransaction(deps.db, async (tx) => {
    const codes = await findLiveCodes(
      tx,
      workspaceId,
      pairs.flatMap(({ code }) => (code === undefined ? [] : (readCode(code) ?? []))),
    );
    const heard = pairs.flatMap((pair, index): readonly Heard[] => {
      const read = readPair(deps, workspaceId, { pair, programId, codes });
      if (!("objection" in read)) return [{ ...read, programId, trusted, network: "", device: null, atMs: instantOf(deps, pair) }];
      refused.push({ pair: index, ...read.objection });
      return [];
    });
    await postLetters(tx, workspaceId, { heard, done: [] });
    await recordAct(deps, tx, context, { verb: "bind", id: programId, detail: { pairs: heard.length, refused: refused.length, trusted } });
  });
  return { taken: pairs.length - refused.length, refused };
}

function instantOf({ nowMs }: ReferralDeps, { at }: Pair): number {
  return at === undefined ? nowMs() : Date.parse(at);
}

type Ends = Pick<Heard, "inviteeOrigin" | "inviterOrigin" | "code" | "invitedMs">;
type Reading = { readonly pair: Pair; readonly programId: string; readonly codes: ReadonlyMap<string, LiveCode> };

/** The two ends of a pair, or why it cannot be taken. */
function readPair(
  deps: ReferralDeps,
  workspaceId: number,
  { pair, programId, codes }: Reading,
): Ends | { readonly objection: Omit<Refusal, "pair"> } {
  const inviteeOrigin = originOf(deps, workspaceId, pair.invitee);
  if (inviteeOrigin === undefined) return objection("request.invalid", "invitee.value");
  if (pair.inviter !== undefined) {
    const inviterOrigin = originOf(deps, workspaceId, pair.inviter);
    if (inviterOrigin === undefined) return objection("request.invalid", "inviter.value");
    return { inviteeOrigin, inviterOrigin, code: null, invitedMs: null };
  }
  const code = codes.get(readCode(pair.code ?? "") ?? "");
  if (code === undefined || code.programId !== programId) return objection("referral.code_not_found", "code");
  return { inviteeOrigin, inviterOrigin: code.originId, code: code.code, invitedMs: code.createdMs };
}

function objection(code: string, field: string) {
  return { objection: { code, field } };
}

/** Undefined for an id that nobody can have, and for somebody who was forgotten. */
function originOf({ privacy, denies }: ReferralDeps, workspaceId: number, id: Pair["invitee"]): string | undefined {
  const read = normaliseIdentity(id.kind, id.value);
  if (!read.ok) return undefined;
  const origin = privacy.originId(workspaceId, read.value.kind, read.value.value);
  return denies(workspaceId, origin) ? undefined : origin;
}
