import type { FaultCode } from "@terrace/contract/faults";
import type { Json, JsonObject } from "@terrace/domain/json";
import { mask } from "@terrace/domain/personal/mask";
import { redactText } from "@terrace/domain/personal/redact-text";
import { retryAfterMs } from "@terrace/domain/pulls/schedule";
import type { Logger } from "pino";
import type { Blobs } from "../../platform/blobs/blobs.ts";
import { FaultError } from "../../platform/http/fault-error.ts";
import type { Outbound } from "../../platform/outbound/outbound.ts";
import { openText, sealText } from "../../platform/sealed-text.ts";
import { inTransaction, type Db } from "../../platform/storage/postgres.ts";
import { UPLOAD_PURPOSE, type ImportsModule } from "../imports/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { fetchPlace, type Progress } from "./fetch-place.ts";
import { openPlace, type PullPlace } from "./pull-place.ts";
import { noteOutcome, type PullRow } from "./pull.store.ts";
import { endRun, makeDueAgain, setRunBlob, touchRun, type RunRef } from "./pull-run.store.ts";
import { givenUp, storeFetched } from "./store-fetched.ts";

export type RunPullDeps = {
  readonly db: Db;
  readonly blobs: Blobs;
  readonly outbound: Outbound;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload">;
  readonly imports: Pick<ImportsModule, "queueFile">;
  readonly nowMs: () => number;
  readonly log: Logger;
};

/** A run that was begun; `stopping` fires when this process goes down. */
export type PullRun = { readonly pull: PullRow; readonly ref: RunRef; readonly stopping: AbortSignal };

type Fetched = {
  readonly blobId: string;
  readonly format: string;
  readonly fileName: string;
  readonly since: string | undefined;
  readonly progress: Progress;
};

const MEND_MAX = 300;
const ALIVE_EVERY_MS = 20_000;
/** What may pass by itself. */
const PASSING: ReadonlySet<FaultCode> = new Set(["pull.refused", "pull.lost", "outbound.timed_out", "outbound.unknown_host"]);

/**
 * Fetches everything into one sealed file, then, in one transaction, hands that file to the imports and remembers where the next run goes
 * on: whatever breaks before leaves nothing behind, and nothing is imported twice.
 */
export async function runPull(deps: RunPullDeps, run: PullRun): Promise<void> {
  const progress: Progress = { rows: 0, bytes: 0, since: undefined };
  const lost = new AbortController();
  const alive = setInterval(() => {
    inTransaction(deps.db, (tx) => touchRun(tx, run.ref, progress)).then(
      (isRunning) => (isRunning ? undefined : lost.abort(givenUp())),
      (error: unknown) => deps.log.warn({ err: error, pull: run.pull.id }, "a run could not be noted as alive"),
    );
  }, ALIVE_EVERY_MS);
  let blobId: string | undefined;
  try {
    const place = openPlace(deps.privacy, run.pull.place);
    const format = place.kind === "http" ? place.format : "jsonl";
    const fileName = `${run.pull.name}.${format}`;
    blobId = await openBlob(deps, run.ref, fileName);
    const since = await fetchInto(deps, run, { place, blobId, progress, signal: AbortSignal.any([run.stopping, lost.signal]) });
    await handOver(deps, run, { blobId, format, fileName, since, progress });
  } catch (error) {
    await fail(deps, run, { error, blobId, progress });
  } finally {
    clearInterval(alive);
  }
}

async function openBlob({ db, blobs }: RunPullDeps, ref: RunRef, name: string): Promise<string> {
  return inTransaction(db, async (tx) => {
    const id = await blobs.create(tx, ref.workspaceId, { purpose: UPLOAD_PURPOSE, name });
    if (!(await setRunBlob(tx, ref, id))) throw givenUp();
    return id;
  });
}

type Into = { readonly place: PullPlace; readonly blobId: string; readonly progress: Progress; readonly signal: AbortSignal };

/** Answers what the next run asks for what is newer than; undefined: as this one. */
async function fetchInto(
  deps: RunPullDeps,
  { pull, ref }: PullRun,
  { place, blobId, progress, signal }: Into,
): Promise<string | undefined> {
  const startedAt = new Date(deps.nowMs()).toISOString();
  const since = pull.since === null ? "" : openText(deps.privacy, pull.since);
  const chunks = fetchPlace(deps.outbound, place, { since, signal, progress });
  await storeFetched(deps, { run: ref, blobId, progress }, chunks);
  return place.kind === "http" || place.sinceColumn === "" ? startedAt : progress.since;
}

async function handOver(deps: RunPullDeps, { pull, ref }: PullRun, { blobId, format, fileName, since, progress }: Fetched): Promise<void> {
  const { workspaceId } = ref;
  const next = since === undefined ? undefined : sealText(deps.privacy, since);
  await inTransaction(deps.db, async (tx) => {
    const isEmpty = progress.bytes === 0;
    if (isEmpty) await deps.blobs.erase(tx, { workspaceId, id: blobId });
    const file = { blobId, fileName, bytes: progress.bytes, mapping: inFormat(pull.mapping, format) };
    const importId = isEmpty ? null : await deps.imports.queueFile(tx, { workspaceId, actor: `pull ${pull.name}`, ip: "" }, file);
    if (!(await endRun(tx, ref, { ...progress, state: "done", importId, failure: null }))) throw givenUp();
    await noteOutcome(tx, pull, { since: next, failures: 0, retryAt: undefined });
  });
}

/** The mapping for the file as it was fetched, whatever file it was made for. */
function inFormat(mapping: Json, format: string): Json {
  // Checked when it was entered: a mapping is an object, and so is its `file`.
  const { file = {}, ...rest } = mapping as JsonObject;
  return { ...rest, file: { ...(file as JsonObject), format } };
}

type Failed = { readonly error: unknown; readonly blobId: string | undefined; readonly progress: Progress };

async function fail(deps: RunPullDeps, { pull, ref, stopping }: PullRun, { error, blobId, progress }: Failed): Promise<void> {
  const now = deps.nowMs();
  const failure = stopping.aborted ? { code: "pull.lost" as const, mend: "" } : wordsOf(error);
  deps.log.warn({ err: error, pull: pull.id, run: ref.id }, "a scheduled pull failed");
  const failures = pull.failures + 1;
  const waitMs = PASSING.has(failure.code) ? retryAfterMs(failures) : undefined;
  await inTransaction(deps.db, async (tx) => {
    if (blobId !== undefined) await deps.blobs.erase(tx, { workspaceId: ref.workspaceId, id: blobId });
    if (!(await endRun(tx, ref, { ...progress, state: "failed", importId: null, failure }))) return;
    if (stopping.aborted) await makeDueAgain(tx, pull, new Date(now));
    else await noteOutcome(tx, pull, { since: undefined, failures, retryAt: waitMs === undefined ? undefined : new Date(now + waitMs) });
  });
}

/** What an operator is told; personal values that a server quotes from its rows are masked. */
function wordsOf(error: unknown): JsonObject & { readonly code: FaultCode; readonly mend: string } {
  if (!(error instanceof FaultError)) return { code: "internal.error", mend: "" };
  return { code: error.code, mend: redactText(error.fault.mend ?? "", mask).slice(0, MEND_MAX) };
}
