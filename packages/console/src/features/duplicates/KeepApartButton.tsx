import { keepPeopleApart, listDuplicates } from "@terrace/contract/api/duplicates";
import { App, Button } from "antd";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import type { DuplicateGroup } from "./answers.ts";

/** Says that the people of a group are different people. */
export function KeepApartButton({ group }: { readonly group: DuplicateGroup }) {
  const text = useText();
  const params = useWorkspaceParams();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const keep = useChange(keepPeopleApart, [listDuplicates]);
  const people = group.people.map(({ person }) => person);
  return (
    <Button
      size="small"
      type="text"
      loading={keep.isPending}
      onClick={() =>
        keep.mutate({ params, body: { people } }, { onSuccess: () => void message.success(text("duplicates.kept")), onError: showFault })
      }
    >
      {text("duplicates.notSame")}
    </Button>
  );
}
