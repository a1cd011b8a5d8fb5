import { z } from "zod";
import type { CollectOperation } from "./api/collect.ts";
import { FAULT_MESSAGES } from "./fault-messages.ts";
import { FAULTS, type FaultCode } from "./faults.ts";
import { createSchemaRegistry, type JsonSchema, type SchemaRegistry } from "./openapi-schemas.ts";
import type { RouteContract } from "./route.ts";

export type OpenApiParameter = {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
};
export type OpenApiContent = Readonly<Record<string, { readonly schema: JsonSchema }>>;
export type OpenApiResponse = {
  readonly description: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: OpenApiContent;
};
export type OpenApiOperation = {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly OpenApiParameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: OpenApiContent };
  readonly responses: Readonly<Record<string, OpenApiResponse | { readonly $ref: string }>>;
};
/** An OpenAPI 3.1 document, as far as this API needs it. */
export type OpenApiDocument = {
  readonly openapi: "3.1.0";
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly description: string;
    readonly license: { readonly name: string; readonly identifier: string };
  };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, unknown>>;
    readonly responses: Readonly<Record<string, OpenApiResponse>>;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
  };
};

const DESCRIPTION =
  "Every error has one shape (FaultBody): a code, what happened, the field it is about and how to mend it. Lists answer `items` and, when there is more, `nextCursor`. Times are ISO 8601 in UTC; 64-bit ids are decimal text.";

/** Describes the API: generated from the contracts that the server parses with, so that it cannot drift from it. */
export function openApiDocument(routes: readonly RouteContract[], collect: readonly CollectOperation[], version: string): OpenApiDocument {
  const registry = createSchemaRegistry();
  const operations = [
    ...collect.map((operation) => ({ path: operation.path, method: operation.method, operation: collectOperation(operation, registry) })),
    ...routes.map((route) => ({ path: templateOf(route.path), method: route.method, operation: routeOperation(route, registry) })),
  ];
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  for (const { path, method, operation } of operations) paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  return {
    openapi: "3.1.0",
    info: { title: "Terrace", version, description: DESCRIPTION, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    servers: [{ url: "/" }],
    tags: [...new Set(operations.flatMap(({ operation }) => operation.tags))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: SECURITY_SCHEMES,
      responses: faultResponses(),
      schemas: { FaultBody: FAULT_BODY, ...registry.components() },
    },
  };
}

const SECURITY_SCHEMES = {
  session: {
    type: "apiKey",
    in: "cookie",
    name: "terrace_session",
    description: "Set by POST /api/session. Every change also needs the header x-terrace-csrf with the session's csrfToken.",
  },
  secretKey: {
    type: "http",
    scheme: "bearer",
    description: "A secret key (ts_…). Its scopes decide what it may do. It works in its own workspace: write `current` in the path.",
  },
  writeKey: {
    type: "http",
    scheme: "basic",
    description: "A write key (tw_…) as the user name, with an empty password. It only sends events.",
  },
} as const;

const CODES = Object.keys(FAULTS);
const FAULT_BODY: JsonSchema = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message"],
      properties: {
        code: { type: "string", enum: CODES },
        message: { type: "string", description: "What happened" },
        field: { type: "string", description: "What it is about" },
        mend: { type: "string", description: "How to put it right" },
        details: { type: "object", additionalProperties: { type: ["string", "number", "boolean"] } },
        requestId: { type: "string", description: "Also in the header x-request-id and the server's log" },
      },
    },
  },
};

const FAULT_STATUSES: Readonly<Record<string, string>> = {
  400: "Malformed or invalid",
  401: "Not signed in, or an unknown key",
  403: "Not allowed",
  404: "Not found",
  409: "In conflict with what there is",
  413: "Too large",
  415: "Unsupported content type",
  429: "Too often; see Retry-After",
  503: "Not available now; see Retry-After",
};

function faultResponses(): Record<string, OpenApiResponse> {
  const content = { "application/json": { schema: { $ref: "#/components/schemas/FaultBody" } } };
  return Object.fromEntries(
    Object.entries(FAULT_STATUSES).map(([status, words]) => {
      const codes = CODES.filter(
        (code): code is FaultCode => String(FAULTS[code as FaultCode]) === status && FAULT_MESSAGES[code as FaultCode] !== undefined,
      );
      const headers =
        status === "429" || status === "503" ? { headers: { "Retry-After": { description: "Seconds", schema: { type: "integer" } } } } : {};
      return [`Fault${status}`, { description: `${words}. Codes: ${codes.join(", ")}`, ...headers, content }];
    }),
  );
}

function faultRefs(statuses: readonly number[]): Record<string, { readonly $ref: string }> {
  return Object.fromEntries(statuses.map((status) => [String(status), { $ref: `#/components/responses/Fault${status}` }]));
}

function routeOperation(route: RouteContract, registry: SchemaRegistry): OpenApiOperation {
  const hasBody = !(route.body instanceof z.ZodUndefined);
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    ...(route.access === "public" || route.access === "session" ? {} : { description: `Needs the permission \`${route.access}\`.` }),
    security: securityOf(route),
    parameters: [
      ...parametersOf(registry.schema(route.params, "input"), "path"),
      ...parametersOf(registry.schema(route.query, "input"), "query"),
    ],
    ...(hasBody ? { requestBody: { required: true, content: bodyContent(route, registry) } } : {}),
    responses: {
      200: { description: "Done", content: { "application/json": { schema: registry.schema(route.response, "output") } } },
      ...faultRefs(statusesOf(route, hasBody)),
    },
  };
}

function bodyContent(route: RouteContract, registry: SchemaRegistry): OpenApiContent {
  return route.bodyType === undefined
    ? { "application/json": { schema: registry.schema(route.body, "input") } }
    : { [route.bodyType]: { schema: { type: "string", format: "binary" } } };
}

function statusesOf(route: RouteContract, hasBody: boolean): readonly number[] {
  return [
    400,
    401,
    ...(route.access === "public" && route.method === "GET" ? [] : [403]),
    ...(route.path.includes(":") ? [404] : []),
    ...(route.method === "GET" ? [] : [409]),
    ...(hasBody ? [413, 415] : []),
    429,
    503,
  ];
}

function securityOf(route: RouteContract): OpenApiOperation["security"] {
  if (route.access === "public") return [];
  return route.access === "session" ? [{ session: [] }] : [{ session: [] }, { secretKey: [] }];
}

function collectOperation(operation: CollectOperation, registry: SchemaRegistry): OpenApiOperation {
  const contents = Object.entries(operation.bodies).map(([type, body]) => [type, { schema: registry.schema(body, "input") }] as const);
  return {
    operationId: operation.id,
    tags: ["Collect"],
    summary: operation.summary,
    description: operation.description,
    security: operation.key === "basic" ? [{ writeKey: [] }] : [],
    parameters: operation.query === undefined ? [] : parametersOf(registry.schema(operation.query, "input"), "query"),
    ...(contents.length === 0 ? {} : { requestBody: { required: true, content: Object.fromEntries(contents) } }),
    responses: { 200: { description: "Accepted", content: collectContent(operation, registry) }, ...faultRefs([400, 401, 413, 429, 503]) },
  };
}

function collectContent(operation: CollectOperation, registry: SchemaRegistry): OpenApiContent {
  if (operation.response === "gif") return { "image/gif": { schema: { type: "string", contentMediaType: "image/gif" } } };
  if (operation.response === "text") return { "text/plain": { schema: { type: "string" } } };
  return { "application/json": { schema: registry.schema(operation.response, "output") } };
}

function parametersOf(schema: JsonSchema, where: "path" | "query"): readonly OpenApiParameter[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).map(([name, { description, ...rest }]) => ({
    name,
    in: where,
    required: where === "path" || required.has(name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }));
}

/** `/people/:person` → `/people/{person}`. */
function templateOf(path: string): string {
  return path.replaceAll(/:(\w+)/g, "{$1}");
}
