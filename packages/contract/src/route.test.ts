import { expect, test } from "vitest";
import { z } from "zod";
import { allRoutes } from "./api/all-routes.ts";

test("no body drops a field it does not know: it is refused, the misspelt name told", () => {
  const bodies = allRoutes.filter(({ body }) => body instanceof z.ZodObject);
  expect(bodies.length).toBeGreaterThan(100);
  const silent = bodies.filter(({ body }) => {
    const issues = body.safeParse({ misspelt_field: 1 }).error?.issues ?? [];
    return !issues.some((issue) => issue.code === "unrecognized_keys" && issue.keys.includes("misspelt_field"));
  });
  expect(silent.map(({ id }) => id)).toEqual([]);
});
