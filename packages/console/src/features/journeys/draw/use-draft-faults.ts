import { checkJourneyDraft } from "@terrace/contract/api/journeys";
import { journeyDefinitionSchema, type JourneyFaultView } from "@terrace/contract/api/journeys-parts";
import { checkJourney } from "@terrace/domain/journeys/check-journey";
import type { JourneyFault } from "@terrace/domain/journeys/journey-faults";
import { useCall } from "../../../app/api/use-call.ts";
import { textOr, useText, type Text } from "../../../app/i18n.ts";
import { useSettled } from "../../../app/shell/use-palette.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { ENTRY, type Definition } from "./draft-edits.ts";

const SETTLE_MS = 400;

/** One thing to be put right: at which node (the entry stands for the journey's own), and in words. */
export type DraftFault = { readonly node: string; readonly words: string };
export type DraftFaults = {
  readonly faults: readonly DraftFault[];
  /** Something is not filled in, so that the draft cannot be saved yet. */
  readonly hasGaps: boolean;
};

/** What is wrong with a draft: what the browser knows at once, then what the server finds, which knows templates, segments and purposes. */
export function useDraftFaults(definition: Definition, enabled: boolean): DraftFaults {
  const text = useText();
  const settled = useSettled(definition, SETTLE_MS);
  const gaps = gapsOf(definition, text);
  const isAsked = enabled && gaps.length === 0 && settled === definition;
  const asked = useCall(checkJourneyDraft, { params: useWorkspaceParams(), body: { definition: settled } }, { enabled: isAsked });
  const found = settled === definition && asked.data !== undefined ? asked.data.faults : checkJourney(definition);
  return { faults: [...gaps, ...found.map(faultWords)], hasGaps: gaps.length > 0 };
}

function faultWords(fault: JourneyFault | JourneyFaultView): DraftFault {
  const english = "text" in fault ? fault.text : fault.mend;
  return { node: fault.node ?? ENTRY, words: textOr(`journeys.mend.${fault.mend}`, english, fault.values) };
}

/** Fields that hold nothing that can be saved. */
function gapsOf(definition: Definition, text: Text): readonly DraftFault[] {
  const read = journeyDefinitionSchema.safeParse(definition);
  const issues = read.error?.issues ?? [];
  const gaps = issues.map(({ path: [part, at, ...rest] }): DraftFault => {
    const node = part === "nodes" && typeof at === "number" ? definition.nodes[at]?.id : undefined;
    const field = String(node === undefined ? at : rest.find((one) => typeof one === "string"));
    return { node: node ?? ENTRY, words: text("journeys.draw.gap", { field: textOr(`journeys.draw.gap.${field}`, field) }) };
  });
  return gaps.filter((gap, at) => gaps.findIndex((one) => one.node === gap.node && one.words === gap.words) === at);
}
