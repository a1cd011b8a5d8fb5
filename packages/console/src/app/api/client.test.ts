import { getTimeline, listPeople } from "@terrace/contract/api/people";
import { getSession } from "@terrace/contract/api/access";
import { describe, expect, test } from "vitest";
import { routeUrl } from "./client.ts";

describe("routeUrl", () => {
  test("fills in the path and escapes it", () => {
    expect(routeUrl(getTimeline, { workspace: "1", person: "42" }, { events: "Order Completed,$pageview", limit: 50 })).toBe(
      "/api/workspaces/1/people/42/timeline?events=Order+Completed%2C%24pageview&limit=50",
    );
    expect(routeUrl({ path: "/api/workspaces/:workspace/event-definitions/:name" }, { workspace: "1", name: "a/b?c" }, {})).toBe(
      "/api/workspaces/1/event-definitions/a%2Fb%3Fc",
    );
  });

  test("leaves out what is not set", () => {
    expect(routeUrl(listPeople, { workspace: "1" }, { search: "", tag: undefined })).toBe("/api/workspaces/1/people");
    expect(routeUrl(getSession, undefined, undefined)).toBe("/api/session");
  });
});
