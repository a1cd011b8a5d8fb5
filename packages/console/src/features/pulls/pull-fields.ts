import type { createPull, PullView } from "@terrace/contract/api/pulls";
import type { z } from "zod";

export type PullBody = z.input<typeof createPull.body>;
type Kind = PullView["place"]["kind"];

/** The form of a pull: what is not of the chosen kind stays unused. */
export type PullFields = {
  readonly name: string;
  readonly kind: Kind;
  readonly url?: string;
  readonly format: "csv" | "jsonl" | "xlsx" | "parquet";
  readonly authorization?: string;
  readonly host?: string;
  readonly port: number;
  readonly database?: string;
  readonly user?: string;
  readonly password?: string;
  readonly tls: "off" | "on" | "verify";
  readonly query?: string;
  readonly sinceColumn?: string;
  readonly since?: string;
  readonly mapping: string;
  readonly when: "minutes" | "daily";
  readonly everyMinutes?: number;
  readonly dailyAt?: string;
};

export const PORTS: Readonly<Record<Kind, number>> = { http: 443, postgres: 5432, mysql: 3306 };
export const MAPPING_EXAMPLE = JSON.stringify(
  { kind: "people", ids: [{ kind: "phone", column: "mobile" }], traits: { city: { column: "city" } } },
  null,
  2,
);

export const URL_EXAMPLE = "https://";
export const QUERY_EXAMPLE = "select id, mobile, city, updated_at from member where updated_at > :since order by updated_at";
export const COLUMN_EXAMPLE = "updated_at";

/** A field without a rule would keep what the server said of it after it was changed. */
export const JUDGED_ANEW = [{ type: "string" as const }];

const EMPTY: PullFields = {
  name: "",
  kind: "http",
  format: "csv",
  port: PORTS.postgres,
  tls: "on",
  mapping: "",
  when: "daily",
  dailyAt: "03:30",
  everyMinutes: 60,
};

/** The form filled with a pull as it is; secrets are not known. */
export function fieldsOf(pull: PullView | undefined): PullFields {
  if (pull === undefined) return EMPTY;
  return {
    ...EMPTY,
    ...pull.place,
    name: pull.name,
    mapping: JSON.stringify(pull.mapping, null, 2),
    ...("dailyAt" in pull.schedule
      ? { when: "daily" as const, dailyAt: pull.schedule.dailyAt }
      : { when: "minutes" as const, everyMinutes: pull.schedule.everyMinutes }),
  };
}

/** Whether a filled-in address or query asks only for what is new. */
export function usesSince({ kind, url = "", query = "" }: Partial<Pick<PullFields, "kind" | "url" | "query">>): boolean {
  return kind === "postgres" || kind === "mysql" ? query.includes(":since") : url.includes("{since}");
}

/** A mapping as it was typed; undefined when it is no JSON object. */
export function parseMapping(typed: string): PullBody["mapping"] | undefined {
  try {
    const parsed: unknown = JSON.parse(typed);
    // JSON.parse gives JSON.
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? (parsed as PullBody["mapping"]) : undefined;
  } catch {
    return undefined;
  }
}

/** What is asked for by a form that was filled in; secrets that are left empty stay as they are. */
export function bodyOf(fields: PullFields): PullBody {
  const since = usesSince(fields) ? (fields.since?.trim() ?? "") : "";
  return {
    name: fields.name.trim(),
    place: fields.kind === "http" ? httpPlace(fields) : databasePlace(fields, fields.kind),
    mapping: parseMapping(fields.mapping) ?? {},
    schedule: fields.when === "daily" ? { dailyAt: fields.dailyAt ?? "03:30" } : { everyMinutes: fields.everyMinutes ?? 60 },
    ...(since === "" ? {} : { since }),
  };
}

function httpPlace({ url = "", format, authorization = "" }: PullFields): PullBody["place"] {
  return { kind: "http", url: url.trim(), format, ...(authorization === "" ? {} : { headers: { authorization } }) };
}

function databasePlace(fields: PullFields, kind: "postgres" | "mysql"): PullBody["place"] {
  const { host = "", port, database = "", user = "", password = "", tls, query = "" } = fields;
  const sinceColumn = usesSince(fields) ? (fields.sinceColumn?.trim() ?? "") : "";
  const secret = password === "" ? {} : { password };
  return { kind, host: host.trim(), port, database: database.trim(), user, tls, query, sinceColumn, ...secret };
}
