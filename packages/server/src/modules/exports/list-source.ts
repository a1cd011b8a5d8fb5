import { roleAllows, ROLES, type Permission } from "@terrace/domain/access/permissions";
import type { Json, JsonObject } from "@terrace/domain/json";
import { z } from "zod";
import type { Grant, RouteContext, RouteHandler } from "../../platform/http/handler.ts";
import { parseInput } from "../../platform/http/input-fault.ts";
import { recordSource } from "./export-bytes.ts";
import { fieldColumn, type Column, type ColumnType, type ExportSource } from "./export-source.ts";

const PAGE_ROWS = 200;

/** A page of any list of the API. */
type Page = { readonly items: readonly JsonObject[]; readonly nextCursor?: string };

/**
 * Every list of the API that pages through one workspace, as something to export: its rows are read as the console reads them, so they
 * show what the reader may see and no more.
 */
export function listSources(routes: readonly RouteHandler[], taken: ReadonlySet<string>): readonly ExportSource[] {
  return routes.flatMap((route) => {
    const source = sourceOf(route);
    return source === undefined || taken.has(source.what) ? [] : [source];
  });
}

/** `listEventDefinitions` is exported as `event-definitions`. */
function nameOf(contractId: string): string {
  return contractId
    .replace(/^list/, "")
    .replaceAll(/([a-z])([A-Z])/g, "$1-$2")
    .toLowerCase();
}

function sourceOf(route: RouteHandler): ExportSource | undefined {
  const { contract } = route;
  const item = itemOf(contract.response);
  if (contract.method !== "GET" || !contract.id.startsWith("list") || item === undefined || !isPermission(contract.access))
    return undefined;
  // Only lists of a whole workspace.
  const query = contract.query ?? z.object({});
  if (!(query instanceof z.ZodObject) || !/^[^:]*:workspace\/[^:]*$/.test(contract.path)) return undefined;
  const pages = "cursor" in query.shape;
  const columns = Object.entries(item.shape).map(([name, schema]): Column => fieldColumn(name, name, typeOf(name, schema)));
  const byName = new Map(columns.map((column) => [column.name, column]));
  return recordSource({
    what: nameOf(contract.id),
    permission: contract.access,
    canBeClear: false,
    columns: columns.map(({ name }) => name),
    filters: Object.keys(query.shape).filter((name) => name !== "cursor" && name !== "limit"),
    checkFilters: (filters) => void parseInput(query, filters, "query"),
    column: (name) => byName.get(name),
    defaultColumns: () => columns,
    read: ({ grant, filters, signal }) =>
      readPages(route, { grant, filters: pages ? { ...filters, limit: String(PAGE_ROWS) } : filters, signal }),
  });
}

async function* readPages(
  route: RouteHandler,
  { grant, filters, signal }: { readonly grant: Grant; readonly filters: Readonly<Record<string, string>>; readonly signal: AbortSignal },
): AsyncGenerator<readonly JsonObject[]> {
  const context: RouteContext = {
    ...grant,
    ip: "",
    requestId: "export",
    secure: true,
    signal,
    accepts: "application/json",
    setHeader: () => undefined,
    readHeader: () => undefined,
  };
  let cursor: string | undefined;
  do {
    signal.throwIfAborted();
    const query = parseInput(route.contract.query ?? z.object({}), { ...filters, ...(cursor === undefined ? {} : { cursor }) }, "query");
    // The contract of a list answers this shape, which `itemOf` saw.
    const page = (await route.run({ params: { workspace: String(grant.workspaceId) }, query, body: undefined }, context)) as Page;
    yield page.items;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

/** The schema of the rows of a list, or undefined when the answer is none. */
function itemOf(response: z.ZodType): z.ZodObject | undefined {
  if (!(response instanceof z.ZodObject)) return undefined;
  const items: unknown = response.shape["items"];
  return items instanceof z.ZodArray && items.element instanceof z.ZodObject ? items.element : undefined;
}

function isPermission(access: string): access is Permission {
  return ROLES.some((role) => roleAllows(role, access as Permission));
}

function typeOf(name: string, schema: Json | object): ColumnType {
  let inner: unknown = schema;
  while (inner instanceof z.ZodNullable || inner instanceof z.ZodOptional || inner instanceof z.ZodDefault) inner = inner.unwrap();
  if (inner instanceof z.ZodNumber) return "number";
  if (inner instanceof z.ZodBoolean) return "boolean";
  return inner instanceof z.ZodString && (name === "at" || name.endsWith("At")) ? "time" : "text";
}
