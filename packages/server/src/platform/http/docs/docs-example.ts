import type { OpenApiOperation } from "@terrace/contract/openapi";
import type { JsonSchema } from "@terrace/contract/openapi-schemas";

const DEPTH_MAX = 5;
const FORMATS: Readonly<Record<string, string>> = { "date-time": "2026-01-15T08:30:00.000Z", date: "2026-01-15", email: "li@example.com" };

/** A value that fits a schema; optional fields only where `whole`. */
export function exampleOf(schema: JsonSchema, whole: boolean, depth = 0): unknown {
  if (depth > DEPTH_MAX || schema.$ref !== undefined) return "…";
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf !== undefined) return exampleOf(schema.anyOf[0] ?? {}, whole, depth);
  if (schema.properties !== undefined) return objectExample(schema, whole, depth);
  if (schema.items !== undefined) return [exampleOf(schema.items, whole, depth + 1)];
  if (schema.additionalProperties !== undefined) return {};
  return scalarExample(schema);
}

function objectExample(schema: JsonSchema, whole: boolean, depth: number): Record<string, unknown> {
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties ?? {});
  const shown = fields.filter(([name]) => whole || required.has(name));
  return Object.fromEntries(
    (shown.length === 0 ? fields.slice(0, 1) : shown).map(([name, field]) => [name, exampleOf(field, whole, depth + 1)]),
  );
}

function scalarExample(schema: JsonSchema): unknown {
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case "integer":
    case "number":
      return schema.minimum ?? 0;
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return FORMATS[schema.format ?? ""] ?? (schema.pattern?.includes("\\d") === true ? "4611686018427387904" : "…");
  }
}

/** The operation as a command line that can be copied. */
export function curlOf(path: string, method: string, operation: OpenApiOperation): string {
  const address = path.replaceAll("{workspace}", "current");
  const query = operation.parameters
    .filter((parameter) => parameter.in === "query" && parameter.required)
    .map(({ name }) => `${name}=…`)
    .join("&");
  const lines = [
    `curl ${method === "get" ? "" : `-X ${method.toUpperCase()} `}"$TERRACE${address}${query === "" ? "" : `?${query}`}"`,
    ...credentialsOf(operation),
  ];
  const [contentType, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  if (contentType !== undefined) lines.push(`-H 'content-type: ${contentType}'`);
  if (content !== undefined)
    lines.push(contentType === "application/json" ? `-d '${JSON.stringify(exampleOf(content.schema, false))}'` : "-d 'data_list=…&gzip=1'");
  return lines.join(" \\\n  ");
}

function credentialsOf({ security }: OpenApiOperation): readonly string[] {
  if (security.some((scheme) => "secretKey" in scheme)) return ["-H 'authorization: Bearer ts_…'"];
  if (security.some((scheme) => "writeKey" in scheme)) return ["-u 'tw_…:'"];
  return security.some((scheme) => "session" in scheme) ? ["-b cookies.txt -H 'x-terrace-csrf: …'"] : [];
}
