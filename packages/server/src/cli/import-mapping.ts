import { listMappings } from "@terrace/contract/api/import-mappings";
import { isPlanKind } from "@terrace/domain/imports/suggest-plan";
import { mappingOfPlan, PLAN_KINDS, type ImportPlan } from "@terrace/domain/imports/import-plan";
import { planGaps, type PlanGap } from "@terrace/domain/imports/plan-gaps";
import { PRESETS } from "@terrace/domain/imports/presets/presets";
import { readMapping } from "@terrace/domain/imports/read-mapping";
import type { Mapping } from "@terrace/domain/imports/mapping";
import type { Json } from "@terrace/domain/json";
import { isTimeZone } from "@terrace/domain/time/zoned-time";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { openFile, previewFile, type Preview } from "../modules/imports/module.ts";
import { CallWrong, ImportFailed } from "./import-faults.ts";

/** How a file is to be read, as the command line says it; what is left out is found out from the file. */
export type ReadingChoice = {
  readonly file: string;
  /** A mapping file, or the name of a mapping saved in the workspace. */
  readonly mapping: string | undefined;
  readonly preset: string | undefined;
  readonly kind: string | undefined;
  readonly zone: string | undefined;
  readonly currency: string | undefined;
  readonly eventName: string | undefined;
  readonly consentAt: string | undefined;
  readonly sheet: string | undefined;
};
/** A mapping with the words that tell how it came about. */
export type FoundMapping = { readonly source: Json; readonly checked: Mapping; readonly told: string };

/** Where saved mappings are asked for; undefined without a key. */
export type Place = { readonly key: string; readonly url: string };

/** The mapping of a file: from a mapping file, a saved mapping, or as the console would suggest it. Throws `CallWrong`, `ImportFailed`, `FileUnreadable`. */
export async function findMapping(choice: ReadingChoice, place: Place | undefined): Promise<FoundMapping> {
  checkChoice(choice);
  if (choice.mapping !== undefined && (existsSync(choice.mapping) || /\.json$/iu.test(choice.mapping))) {
    const own = OWN_OF_PLANS.find((name) => choice[name] !== undefined);
    if (own !== undefined) throw new CallWrong(`A mapping file says that itself: leave out --${OPTION_OF[own]}, or change the file.`);
    return checked(await readMappingFile(choice.mapping), `As ${choice.mapping} says.`);
  }
  const seen = await previewFile(
    await openFile(choice.file),
    { kind: choice.kind !== undefined && isPlanKind(choice.kind) ? choice.kind : undefined, preset: choice.preset, sheet: choice.sheet },
    { zone: choice.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone, currency: choice.currency ?? "" },
  );
  const suggested = choice.mapping === undefined ? seen.plan : fitted(await savedPlan(choice.mapping, place), seen.plan);
  const plan = changed(suggested, choice);
  const gaps = planGaps(plan).map((gap) => GAP_TEXTS[gap]);
  const told = describe(choice, plan, seen);
  if (gaps.length > 0) throw new ImportFailed(`${told}\n${gaps.join("\n")}`);
  return checked(mappingOfPlan(plan, seen.file), told);
}

function checkChoice({ mapping, preset, kind, zone, currency }: ReadingChoice): void {
  if (mapping !== undefined && preset !== undefined) throw new CallWrong("Give --mapping or --preset, not both.");
  if (preset !== undefined && preset !== "none" && !PRESETS.some(({ id }) => id === preset))
    throw new CallWrong(`There is no preset ${preset}. Give one of: ${PRESETS.map(({ id }) => id).join(", ")}, none.`);
  if (kind !== undefined && !isPlanKind(kind)) throw new CallWrong(`--kind is one of: ${PLAN_KINDS.join(", ")}.`);
  if (zone !== undefined && !isTimeZone(zone)) throw new CallWrong("--zone is an IANA time zone such as Asia/Shanghai.");
  if (currency !== undefined && !/^[A-Z]{3}$/u.test(currency)) throw new CallWrong("--currency is a code of three letters such as CNY.");
}

const OWN_OF_PLANS = ["kind", "zone", "currency", "eventName", "consentAt", "sheet"] as const;
const OPTION_OF: Readonly<Record<(typeof OWN_OF_PLANS)[number], string>> = {
  kind: "kind",
  zone: "zone",
  currency: "currency",
  eventName: "event-name",
  consentAt: "consent-at",
  sheet: "sheet",
};

async function savedPlan(name: string, place: Place | undefined): Promise<ImportPlan> {
  if (place === undefined)
    throw new CallWrong(`There is no file ${name}. If it is a mapping saved in the workspace, give a secret key with --key to read it.`);
  const answer = await fetch(new URL("/api/workspaces/current/imports/mappings", place.url), {
    headers: { authorization: `Bearer ${place.key}` },
  }).catch((error: unknown) => {
    throw new ImportFailed(`Terrace does not answer at ${place.url}: ${error instanceof Error ? error.message : String(error)}`);
  });
  if (!answer.ok)
    throw new ImportFailed(`Terrace answered ${answer.status} when asked for saved mappings; does the key have the scope imports:write?`);
  const { items } = listMappings.response.parse(await answer.json());
  const found = items.find((one) => one.name === name);
  if (found === undefined)
    throw new CallWrong(
      `There is neither a file nor a saved mapping ${name}. Saved are: ${items.map((one) => one.name).join(", ") || "none"}.`,
    );
  return found.plan;
}

/** A saved plan for the columns of this file: what it does not know is left out. */
function fitted(saved: ImportPlan, { columns }: ImportPlan): ImportPlan {
  const uses = new Map(saved.columns.map(({ column, use }) => [column, use]));
  return { ...saved, columns: columns.map(({ column }) => ({ column, use: uses.get(column) ?? "skip" })) };
}

function changed(plan: ImportPlan, { zone, currency, eventName, consentAt }: ReadingChoice): ImportPlan {
  return {
    ...plan,
    zone: zone ?? plan.zone,
    currency: currency ?? plan.currency,
    eventName: eventName ?? plan.eventName,
    consentAt: consentAt ?? plan.consentAt,
  };
}

function describe({ mapping }: ReadingChoice, plan: ImportPlan, { format, encoding, preset, headerRow }: Preview): string {
  const how =
    mapping === undefined ? (preset === null ? "by the names of its columns" : `as ${preset}`) : `as the saved mapping ${mapping}`;
  const text = format === "csv" || format === "jsonl" ? `, ${encoding}` : "";
  const used = plan.columns.filter(({ use }) => use !== "skip").map(({ column, use }) => `  ${column} → ${use}`);
  const left = plan.columns.filter(({ use }) => use === "skip").map(({ column }) => column);
  return [
    `Read ${how}: ${plan.kind} (${format}${text}, header in row ${headerRow}); times in ${plan.zone}${plan.currency === "" ? "" : `, amounts in ${plan.currency}`}.`,
    ...used,
    ...(left.length === 0 ? [] : [`  left out: ${left.join(", ")}`]),
  ].join("\n");
}

/** What is missing, with the option that says it. */
const GAP_TEXTS: Readonly<Record<PlanGap, string>> = {
  id: "No column says who it is, such as a phone or member number. Name it in a mapping file.",
  kept: "No column is kept as a trait, and only one says who it is. Name another in a mapping file.",
  time: "No column is the time. Name it in a mapping file.",
  event: "Nothing names the events: give --event-name.",
  channel: "No column is the channel. Name it in a mapping file.",
  figure: "No column holds exposures, clicks or cost. Name one in a mapping file.",
  order: "No column is the order number. Name it in a mapping file, or say with --kind what the rows are.",
  consent_at: "A column tells consent, but none when it was given: give --consent-at with the day, such as that of the export.",
  consent_at_unread: "--consent-at is a day or a time such as 2026-01-31.",
};

async function readMappingFile(path: string): Promise<Json> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new ImportFailed(`The mapping cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  try {
    return JSON.parse(text.replace(/^\ufeff/u, "")) as Json;
  } catch (error) {
    throw new ImportFailed(`The mapping is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function checked(source: Json, told: string): FoundMapping {
  const mapping = readMapping(source);
  if (!mapping.ok) throw new ImportFailed(`The mapping is wrong at "${mapping.fault.field ?? ""}": ${mapping.fault.mend ?? ""}`);
  return { source, checked: mapping.value, told };
}
