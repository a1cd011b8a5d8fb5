import type { FieldView } from "@terrace/domain/access/field-view";
import type { Said } from "./facts-export.ts";
import type { IdRow, PersonRow } from "./people-export.views.ts";

/** Which parts of a person are asked for; the others may come empty. */
export type PersonParts = {
  readonly name: boolean;
  /** Kinds of ids. */
  readonly identities: "all" | ReadonlySet<string>;
  readonly tags: boolean;
  readonly traits: "all" | ReadonlySet<string>;
};

/** What was read of some people, with tokens in place of personal values. */
export type ExportedPage = { readonly rows: readonly IdRow[]; readonly people: readonly PersonRow[]; readonly said: Said | undefined };

export type PeopleExportOptions = {
  /** What the reader sees. */
  readonly view: FieldView;
  /** With everything that is needed to make the same person anew, all of it in clear. */
  readonly facts: boolean;
  readonly parts: PersonParts;
  readonly now: Date;
};
