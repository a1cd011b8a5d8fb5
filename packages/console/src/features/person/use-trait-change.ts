import { changeTraits, getPerson, getTimeline } from "@terrace/contract/api/people";
import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import type { CallInput } from "../../app/api/client.ts";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";

/** A changed trait travels as an event; it is on the page this much later. */
const SETTLE_MS = [800, 2500] as const;

/** Changes traits of a person; the page follows once the change has gone through the pipeline. */
export function useTraitChange(person: string) {
  const text = useText();
  const client = useQueryClient();
  const params = { ...useWorkspaceParams(), person };
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const mutation = useChange(changeTraits);
  const change = async (body: NonNullable<CallInput<typeof changeTraits>["body"]>): Promise<boolean> => {
    try {
      await mutation.mutateAsync({ params, body });
    } catch (error) {
      showFault(error);
      return false;
    }
    void message.success(text("person.traitSent"));
    for (const wait of SETTLE_MS)
      setTimeout(() => [getPerson, getTimeline].map(({ id }) => void client.invalidateQueries({ queryKey: [id] })), wait);
    return true;
  };
  return { change, busy: mutation.isPending };
}
