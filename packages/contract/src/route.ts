import type { Permission } from "@terrace/domain/access/permissions";
import { z } from "zod";

/** Who may call a route: anyone, any signed-in operator, or whoever holds the permission in the workspace of the path. */
export type RouteAccess = "public" | "session" | Permission;

/** Content type of a piece of an upload, as in tus. */
export const BYTES_TYPE = "application/offset+octet-stream";
/** A body of bytes. */
export const bytesBody = z.instanceof(Uint8Array);

/** One HTTP operation: the server implements it, the console calls it, the OpenAPI document describes it. */
export type RouteContract<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
> = {
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Fastify path: `/api/workspaces/:workspace/people/:person`. */
  readonly path: string;
  readonly access: RouteAccess;
  /** Requests a caller may make per second in the long run, when it is not what all other routes share. */
  readonly perSecond?: number;
  /** Largest body accepted, when it is not the default of 1 MB. */
  readonly bodyBytesMax?: number;
  /** The body is bytes of this content type instead of JSON; its schema is `bytesBody`. */
  readonly bodyType?: typeof BYTES_TYPE;
  /** A GET that also answers HEAD, by its headers alone. */
  readonly answersHead?: true;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly response: Response;
};

const NOTHING = z.object({}).strip();

type RouteInput<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType> = Omit<
  RouteContract<P, Q, B, R>,
  "params" | "query" | "body"
> & {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
};

/** Declares a route; parts left out accept nothing, and neither a query nor a body holds what is not declared: a misspelt field must not be dropped in silence. */
export function route<
  R extends z.ZodType,
  P extends z.ZodType = typeof NOTHING,
  Q extends z.ZodType = typeof NOTHING,
  B extends z.ZodType = z.ZodUndefined,
>(input: RouteInput<P, Q, B, R>): RouteContract<P, Q, B, R> {
  const { params, query, body, ...rest } = input;
  // The defaults below are exactly the declared default type arguments, which the compiler cannot relate to P, Q and B.
  return { ...rest, params: (params ?? NOTHING) as P, query: strict(query ?? NOTHING) as Q, body: strict(body ?? z.undefined()) as B };
}

/** A plain object takes no other fields; unions, records and objects that say themselves what else they take stay as they are. */
function strict(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodObject && schema.def.catchall === undefined ? schema.strict() : schema;
}

/** A path parameter naming the workspace: its id, or `current` with an API key. */
export const workspaceParams = z.object({ workspace: z.string().max(20).describe("Workspace id, or `current` with an API key") });

/** The query of every list: `limit` rows after `cursor`. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(512).optional(),
});

/** The answer of every list: rows, and the cursor of the next page (absent on the last one). */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().optional() });
}

/** An answer with nothing to say. */
export const doneResponse = z.object({ done: z.literal(true) });
export const DONE = { done: true } as const;
