import type { NodeKind } from "@terrace/domain/journeys/journey-definition";
import type { DraftNode, NodeOf } from "./draft-edits.ts";

/** What the form of a node gets; `of` names the field that is typed into, so that its letters are one step to take back. */
export type FormProps<Kind extends NodeKind> = {
  readonly node: NodeOf<Kind>;
  readonly onChange: (node: DraftNode, of?: string) => void;
};
