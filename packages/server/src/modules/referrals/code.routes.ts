import * as api from "@terrace/contract/api/referral-codes";
import type { CodeView } from "@terrace/contract/api/referral-codes";
import { DONE } from "@terrace/contract/route";
import { drawCode, readCode } from "@terrace/domain/referrals/code";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import {
  CODES_PER_PERSON_MAX,
  insertCode,
  loadCodesOf,
  loadCodeUses,
  lockCodes,
  markGiven,
  retireCodeRow,
  type CodeUse,
} from "./code.store.ts";
import { originOfId } from "./given-id.ts";
import { namesOf } from "./person-names.ts";
import { activeProgramOrThrow, programOrThrow } from "./program-of-id.ts";
import type { Program } from "./program.store.ts";
import { recordAct } from "./record-act.ts";
import type { ReferralDeps } from "./referral-deps.ts";
import { refusePersonal } from "./refuse-personal.ts";

/** Tries to draw a code nobody has; a second one is hardly ever needed. */
const DRAWS_MAX = 5;

/** Codes of people: given by hand, asked for by a server, listed and retired. */
export function codeRoutes(deps: ReferralDeps): readonly RouteHandler[] {
  const { db } = deps;
  return [
    handle(api.listCodes, async ({ params, query }, context) => {
      await programOrThrow(deps, db, context.workspaceId, params.program);
      const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, ["number", "string"]);
      const rows = await loadCodeUses(db, context.workspaceId, {
        programId: params.program,
        given: query.given === undefined ? undefined : query.given === "true",
        before: cursor === undefined ? undefined : { at: new Date(Number(cursor[0])), code: String(cursor[1]) },
        limit: query.limit + 1,
      });
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      const more = rows.length > page.length && last !== undefined;
      return {
        items: await viewsOf(deps, context, page),
        ...(more ? { nextCursor: encodeCursor([last.createdAt.getTime(), last.code]) } : {}),
      };
    }),
    handle(api.giveCodes, async ({ params, body }, context) => {
      const { workspaceId } = context;
      const program = await activeProgramOrThrow(deps, db, workspaceId, params.program);
      const wanted = wantedCode(body);
      const people = await Promise.all([...new Set(body.people)].map((person) => deps.people.personOf(workspaceId, person)));
      const codes = await inTransaction(db, async (tx) => {
        await lockCodes(tx, workspaceId);
        const given: string[] = [];
        for (const { originIds, personId } of people)
          given.push(await codeFor(deps, tx, context, { program, originIds, personId, label: body.label, given: true, wanted }));
        await recordAct(deps, tx, context, { verb: "give_codes", id: program.id, detail: { people: people.length, label: body.label } });
        return given;
      });
      return { items: await viewsOfCodes(deps, context, program, codes) };
    }),
    handle(api.askForCode, async ({ params, body }, context) => {
      const { workspaceId } = context;
      const program = await activeProgramOrThrow(deps, db, workspaceId, params.program);
      const { personId, originIds } = await deps.people.personOf(workspaceId, originOfId(deps, workspaceId, body.person, "person.value"));
      const code = await inTransaction(db, async (tx) => {
        await lockCodes(tx, workspaceId);
        return codeFor(deps, tx, context, { program, originIds, personId, label: body.label, given: false, wanted: undefined });
      });
      const [view] = await viewsOfCodes(deps, context, program, [code]);
      if (view === undefined) throw new Error("a code that was just made is gone");
      return view;
    }),
    handle(api.retireCode, async ({ params }, context) => {
      const { workspaceId } = context;
      await inTransaction(db, async (tx) => {
        const retired = { programId: params.program, code: readCode(params.code) ?? "", at: new Date(deps.nowMs()) };
        if (!(await retireCodeRow(tx, workspaceId, retired)))
          throw faultError("referral.code_not_found", { field: "code", mend: "Name a code of this program that is in use" });
        await recordAct(deps, tx, context, { verb: "retire_code", id: params.program, detail: {} });
      });
      return DONE;
    }),
  ];
}

function wantedCode({ people, code }: { readonly people: readonly string[]; readonly code?: string | undefined }): string | undefined {
  if (code === undefined) return undefined;
  if (new Set(people).size > 1)
    throw faultError("request.invalid", { field: "code", mend: "A code of one's own choosing is for one person" });
  return readCode(code);
}

type Wish = {
  readonly program: Program;
  readonly personId: string;
  readonly originIds: readonly string[];
  readonly label: string;
  readonly given: boolean;
  readonly wanted: string | undefined;
};

/** The code of a person for a label: the one there is, else a new one. Throws `referral.may_not_invite`, `referral.code_taken`, `referral.too_many_codes`. */
async function codeFor(deps: ReferralDeps, tx: Tx, context: RouteContext, wish: Wish): Promise<string> {
  const { workspaceId } = context;
  const { program, originIds, label, given, wanted } = wish;
  const own = (await loadCodesOf(tx, workspaceId, originIds)).filter(({ programId }) => programId === program.id);
  const known = own.find((row) => row.label === label && (wanted === undefined || row.code === wanted));
  if (known !== undefined) {
    if (given && !known.given) await markGiven(tx, workspaceId, known.code);
    return known.code;
  }
  if (!given)
    await requireMayInvite(
      deps,
      workspaceId,
      wish,
      own.some((row) => row.given),
    );
  if (own.length >= CODES_PER_PERSON_MAX)
    throw faultError("referral.too_many_codes", {
      field: "label",
      mend: `One person has at most ${CODES_PER_PERSON_MAX} codes; retire one first`,
    });
  return makeCode(deps, tx, context, wish);
}

async function makeCode(
  { randomBytes, nowMs }: ReferralDeps,
  tx: Tx,
  { workspaceId, actor }: RouteContext,
  { program, personId, label, given, wanted }: Wish,
): Promise<string> {
  refusePersonal("code", wanted ?? "");
  refusePersonal("label", label);
  const rest = { programId: program.id, originId: personId, label, given, createdAt: new Date(nowMs()), createdBy: actor };
  for (let draw = 0; draw < DRAWS_MAX; draw += 1) {
    const code = wanted ?? drawCode(randomBytes);
    if (await insertCode(tx, workspaceId, { ...rest, code })) return code;
    if (wanted !== undefined) throw faultError("referral.code_taken", { field: "code", mend: "Choose another one" });
  }
  throw new Error("no free code was drawn");
}

/** Whom an operator gave a code may have one for another label, too. */
async function requireMayInvite(
  deps: ReferralDeps,
  workspaceId: number,
  { program, originIds }: Pick<Wish, "program" | "originIds">,
  isSeed: boolean,
): Promise<void> {
  const { whoInvites } = program.settings;
  if (whoInvites === "everyone" || isSeed) return;
  if (typeof whoInvites === "object" && (await deps.segmentsOf(workspaceId, originIds)).has(whoInvites.segment)) return;
  throw faultError("referral.may_not_invite", { field: "person", mend: "Give the person a code by hand, or change who may invite" });
}

async function viewsOfCodes(deps: ReferralDeps, context: RouteContext, program: Program, codes: readonly string[]): Promise<CodeView[]> {
  const rows = await Promise.all(
    codes.map((code) =>
      loadCodeUses(deps.db, context.workspaceId, { programId: program.id, given: undefined, code, before: undefined, limit: 1 }),
    ),
  );
  return viewsOf(deps, context, rows.flat());
}

async function viewsOf(deps: ReferralDeps, context: RouteContext, rows: readonly CodeUse[]): Promise<CodeView[]> {
  const names = await namesOf(
    deps,
    context,
    rows.map(({ originId }) => originId),
  );
  return rows.map(({ code, originId, label, given, bound, converted, createdAt, createdBy, retiredAt }) => ({
    code,
    path: linkPath(code),
    person: names(originId),
    label,
    given,
    bound,
    converted,
    createdBy,
    createdAt: createdAt.toISOString(),
    retiredAt: retiredAt?.toISOString() ?? null,
  }));
}

/** The short link of a code, as a path on this server. */
export function linkPath(code: string): string {
  return `/r/${code}`;
}
