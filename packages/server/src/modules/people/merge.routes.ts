import type { RouteHandler } from "../../platform/http/handler.ts";

export function mergeRoutes(_deps: unknown): readonly RouteHandler[] {
  return [];
}
