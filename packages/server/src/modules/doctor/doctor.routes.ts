import { CHECKS, getExamination, runExamination } from "@terrace/contract/api/doctor";
import { DONE } from "@terrace/contract/route";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction, type Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import { askForExamination, loadExaminations, type Examination } from "./examination.store.ts";

export type DoctorRoutesDeps = { readonly db: Db; readonly audit: AccessModule["audit"]; readonly nowMs: () => number };

/** Asking for an examination, and what it found. */
export function doctorRoutes({ db, audit, nowMs }: DoctorRoutesDeps): readonly RouteHandler[] {
  return [
    handle(getExamination, async () => {
      const { newest, lastDone } = await loadExaminations(db);
      return { newest: newest === undefined ? null : viewOf(newest), lastDone: lastDone === undefined ? null : viewOf(lastDone) };
    }),
    handle(runExamination, async ({ body: { mend } }, { workspaceId, actor, ip }) => {
      await inTransaction(db, async (tx) => {
        const asked = await askForExamination(tx, { mend, askedBy: actor, checks: CHECKS.length, at: new Date(nowMs()) });
        if (!asked) throw faultError("request.conflict", { mend: "The installation is being examined; wait for it" });
        await audit(tx, { workspaceId, actor, ip, action: mend ? "doctor.mend" : "doctor.check", target: "installation", detail: {} });
      });
      return DONE;
    }),
  ];
}

function viewOf({ findings, ...examination }: Examination) {
  return {
    ...examination,
    startedAt: examination.startedAt.toISOString(),
    finishedAt: examination.finishedAt?.toISOString() ?? null,
    findings: [...findings],
  };
}
