import { describe, expect, test } from "vitest";
import { isNarrowed, peopleQuery, readPeopleView, writePeopleView } from "./people-query.ts";

const NOW_MS = Date.UTC(2026, 6, 16, 6, 32);

describe("the people list's address", () => {
  test("carries filters, order and search there and back", () => {
    const view = readPeopleView(
      new URLSearchParams("q=138&identified=true&tag=vip&kind=phone&trait=city:杭州&seen=7&sort=first_seen&dir=asc"),
    );
    expect(readPeopleView(writePeopleView(view))).toEqual(view);
    expect(isNarrowed(view)).toBe(true);
  });

  test("is empty for the plain list", () => {
    expect(writePeopleView(readPeopleView(new URLSearchParams())).toString()).toBe("");
  });

  test("ignores values it does not know", () => {
    expect(readPeopleView(new URLSearchParams("kind=passport&sort=name&seen=3"))).toEqual(readPeopleView(new URLSearchParams()));
  });
});

describe("peopleQuery", () => {
  test("turns days into a full hour, so that a minute later the same question is asked", () => {
    const view = readPeopleView(new URLSearchParams("seen=7"));
    expect(peopleQuery(view, NOW_MS)).toEqual(peopleQuery(view, NOW_MS + 60_000));
    expect(peopleQuery(view, NOW_MS).seenAfter).toBe("2026-07-09T06:00:00.000Z");
  });
});
