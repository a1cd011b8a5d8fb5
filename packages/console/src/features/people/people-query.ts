import type { listPeople } from "@terrace/contract/api/people";
import { PERSON_SORTS } from "@terrace/contract/api/people";
import { IDENTITY_KINDS } from "@terrace/domain/identity/identity-kinds";
import type { z } from "zod";

/** Filters, order and search of the people list, as they stand in the address. */
export type PeopleView = {
  readonly search: string;
  readonly identified: "true" | "false" | "";
  readonly tag: string;
  readonly kind: (typeof IDENTITY_KINDS)[number] | "";
  readonly trait: string;
  /** Seen within the last so many days; "" = any time. */
  readonly seenDays: "1" | "7" | "30" | "90" | "";
  readonly sort: (typeof PERSON_SORTS)[number];
  readonly direction: "asc" | "desc";
};

export const SEEN_DAYS = ["1", "7", "30", "90"] as const;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

function oneOf<Value extends string>(values: readonly Value[], text: string | null): Value | undefined {
  return values.find((value) => value === text);
}

/** Reads the list's state from an address; what it does not know is left at its default. */
export function readPeopleView(params: URLSearchParams): PeopleView {
  return {
    search: params.get("q") ?? "",
    identified: oneOf(["true", "false"], params.get("identified")) ?? "",
    tag: params.get("tag") ?? "",
    kind: oneOf(IDENTITY_KINDS, params.get("kind")) ?? "",
    trait: params.get("trait") ?? "",
    seenDays: oneOf(SEEN_DAYS, params.get("seen")) ?? "",
    sort: oneOf(PERSON_SORTS, params.get("sort")) ?? "last_seen",
    direction: oneOf(["asc", "desc"], params.get("dir")) ?? "desc",
  };
}

/** The address of a list's state; defaults are left out, so that equal lists have equal addresses. */
export function writePeopleView(view: PeopleView): URLSearchParams {
  const pairs: readonly (readonly [string, string])[] = [
    ["q", view.search],
    ["identified", view.identified],
    ["tag", view.tag],
    ["kind", view.kind],
    ["trait", view.trait],
    ["seen", view.seenDays],
    ["sort", view.sort === "last_seen" ? "" : view.sort],
    ["dir", view.direction === "desc" ? "" : view.direction],
  ];
  return new URLSearchParams(pairs.filter(([, value]) => value !== "").map(([name, value]) => [name, value]));
}

/** The question to ask the API. "Seen within" is cut to full hours, so that the same question is not asked anew each moment. */
export function peopleQuery(view: PeopleView, nowMs: number): z.input<(typeof listPeople)["query"]> {
  const seenAfterMs = view.seenDays === "" ? undefined : Math.floor((nowMs - Number(view.seenDays) * DAY_MS) / HOUR_MS) * HOUR_MS;
  return {
    sort: view.sort,
    direction: view.direction,
    ...(view.search === "" ? {} : { search: view.search }),
    ...(view.identified === "" ? {} : { identified: view.identified }),
    ...(view.tag === "" ? {} : { tag: view.tag }),
    ...(view.kind === "" ? {} : { identityKind: view.kind }),
    ...(view.trait === "" ? {} : { trait: view.trait }),
    ...(seenAfterMs === undefined ? {} : { seenAfter: new Date(seenAfterMs).toISOString() }),
  };
}

/** Whether anything narrows the list: an empty answer then means "no match", not "no data". */
export function isNarrowed(view: PeopleView): boolean {
  return [view.search, view.identified, view.tag, view.kind, view.trait, view.seenDays].some((value) => value !== "");
}
