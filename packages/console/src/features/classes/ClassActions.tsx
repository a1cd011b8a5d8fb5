import { deleteClass, listClasses } from "@terrace/contract/api/classes";
import { listPeople } from "@terrace/contract/api/people";
import { App, Button } from "antd";
import { useNavigate } from "react-router";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import type { ClassView } from "./answers.ts";

/** Deletes a class, once it was said what goes with it. */
export function ClassActions({ whole }: { readonly whole: ClassView }) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const link = useLink();
  const navigate = useNavigate();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), class: whole.key };
  const remove = useChange(deleteClass, [listClasses, listPeople]);
  if (!may("segments:write")) return null;
  const people = whole.values.reduce((sum, each) => sum + each.people, 0);
  const confirm = () =>
    void modal.confirm({
      title: text("classes.deleteTitle", { name: whole.name }),
      content: text("classes.deleteBody", { count: people, shown: format.count(people) }),
      okText: text("common.delete"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => remove.mutateAsync({ params }).then(() => navigate(link("lifecycle")), showFault),
    });
  return (
    <Button danger onClick={confirm}>
      {text("common.delete")}
    </Button>
  );
}
