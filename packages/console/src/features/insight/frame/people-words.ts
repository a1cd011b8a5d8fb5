import type { ReactNode } from "react";

/** What the people pane says of the figure whose people it lists. */
export type PeopleWords = {
  readonly title: string;
  /** What these people did or did not do, in a sentence. */
  readonly detail: string;
  /** How many there are; undefined where the figure is not a number of people. */
  readonly people?: number | undefined;
  /** A rate and its basis, such as 占上一步 40.4%. */
  readonly basis?: ReactNode;
};
