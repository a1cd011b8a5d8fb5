import { allRoutes } from "./api/all-routes.ts";
import { describe, expect, test } from "vitest";
import { collectOperations } from "./api/collect.ts";
import { FAULT_MESSAGES } from "./fault-messages.ts";
import { FAULTS } from "./faults.ts";
import { openApiDocument } from "./openapi.ts";

const routes = allRoutes;
const document = openApiDocument(routes, collectOperations, "1.2.3");
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
);

/** Every object in the document with the way to it. */
function* walk(value: unknown, way: string): Generator<{ readonly way: string; readonly object: Readonly<Record<string, unknown>> }> {
  if (typeof value !== "object" || value === null) return;
  // Arrays are walked by index like objects.
  const object = value as Readonly<Record<string, unknown>>;
  yield { way, object };
  for (const [name, child] of Object.entries(object)) yield* walk(child, `${way}/${name}`);
}

function resolve(reference: string): unknown {
  return reference
    .split("/")
    .slice(1)
    .reduce<unknown>(
      (at, name) => (typeof at === "object" && at !== null ? Object.entries(at).find(([key]) => key === name)?.[1] : undefined),
      document,
    );
}

describe("the OpenAPI document", () => {
  test("is JSON of version 3.1 and says which version of Terrace it describes", () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
    expect(document).toMatchObject({ openapi: "3.1.0", info: { title: "Terrace", version: "1.2.3" } });
  });

  test("describes every route of the contract and every endpoint of collect once", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(ids.toSorted()).toEqual([...routes, ...collectOperations].map(({ id }) => id).toSorted());
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("has references that lead somewhere, and no leftovers of the generator", () => {
    for (const { way, object } of walk(document, "#")) {
      if (typeof object["$ref"] === "string") expect(resolve(object["$ref"]), `${way} → ${object["$ref"]}`).toBeDefined();
      expect(object["$defs"] ?? object["$schema"], way).toBeUndefined();
    }
  });

  test("declares every path parameter, and only those", () => {
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const declared = operation.parameters.filter((parameter) => parameter.in === "path");
      expect(declared.map(({ name }) => name).toSorted(), path).toEqual(inPath.toSorted());
      for (const parameter of declared) expect(parameter.required).toBe(true);
      expect(path).not.toContain(":");
    }
  });

  test("requires only properties that exist, and gives every enum a value", () => {
    for (const { way, object } of walk(document, "#")) {
      const required = object["required"];
      const properties = object["properties"];
      if (Array.isArray(required)) for (const name of required) expect(Object.keys(properties ?? {}), way).toContain(name);
      if ("enum" in object && Array.isArray(object["enum"])) expect(object["enum"].length, way).toBeGreaterThan(0);
    }
  });

  test("shows every form of a condition, once", () => {
    const keysOf = (name: string): readonly string[] =>
      (document.components.schemas[name]?.anyOf ?? []).flatMap(({ properties }) => Object.keys(properties ?? {}).slice(0, 1));
    const forPeople = ["all", "any", "not", "trait", "tag", "segment", "did", "sequence", "chance"];
    expect(new Set(keysOf("PersonCondition"))).toEqual(new Set(forPeople));
    expect(new Set(keysOf("Condition"))).toEqual(new Set([...forPeople, "property", "column"]));
  });

  test("says who may call, with schemes that are declared", () => {
    for (const { path, operation } of operations) {
      for (const scheme of operation.security.flatMap((one) => Object.keys(one)))
        expect(Object.keys(document.components.securitySchemes), path).toContain(scheme);
      if (path.startsWith("/api/workspaces/")) expect(operation.security).toEqual([{ session: [] }, { secretKey: [] }]);
    }
    expect(document.paths["/api/session"]?.["post"]?.security).toEqual([]);
    expect(document.paths["/v1/batch"]?.["post"]?.security).toEqual([{ writeKey: [] }]);
  });

  test("answers success and faults everywhere, all faults in one shape", () => {
    for (const { path, operation } of operations) {
      expect(operation.responses["200"], path).toBeDefined();
      expect(operation.responses["503"], path).toEqual({ $ref: "#/components/responses/Fault503" });
    }
    for (const response of Object.values(document.components.responses))
      expect(response.content).toEqual({ "application/json": { schema: { $ref: "#/components/schemas/FaultBody" } } });
    expect(document.components.schemas["FaultBody"]).toMatchObject({ properties: { error: { required: ["code", "message"] } } });
  });
});

test("faults that can reach a client have a sentence and a status a response is described for", () => {
  const described = new Set(Object.keys(document.components.responses).map((name) => Number(name.slice("Fault".length))));
  for (const code of Object.keys(FAULT_MESSAGES)) {
    const status = Object.entries(FAULTS).find(([known]) => known === code)?.[1];
    expect(status === 500 || described.has(status ?? 0), code).toBe(true);
  }
});
