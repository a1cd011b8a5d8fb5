import { createWorkspace } from "@terrace/contract/api/access";
import { useQueryClient } from "@tanstack/react-query";
import { Form, Input } from "antd";
import { useNavigate } from "react-router";
import { FormModal } from "../../ui/FormModal.tsx";
import { TimeZoneSelect } from "../../ui/TimeZoneSelect.tsx";
import { CurrencySelect } from "../../ui/CurrencySelect.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { SESSION_KEY } from "../api/query-client.ts";
import { useChange } from "../api/use-call.ts";
import { useText } from "../i18n.ts";
import { workspaceLink } from "../workspace/workspace-context.ts";

type Fields = { readonly name: string; readonly timeZone: string; readonly currency: string };

/** Asks for the name, zone and currency of a new workspace and opens its first page. */
export function NewWorkspace({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const navigate = useNavigate();
  const client = useQueryClient();
  const showFault = useFaultMessage();
  const make = useChange(createWorkspace);
  const submit = (body: Fields) =>
    make.mutate(
      { body },
      {
        onSuccess: async ({ id }) => {
          await client.invalidateQueries({ queryKey: SESSION_KEY });
          onClose();
          await navigate(workspaceLink(id, "start"));
        },
        onError: showFault,
      },
    );
  return (
    <FormModal<Fields>
      title={text("workspace.newTitle")}
      okText={text("common.create")}
      busy={make.isPending}
      onSubmit={submit}
      onClose={onClose}
      initialValues={{ timeZone: "Asia/Shanghai", currency: "CNY" }}
    >
      <Form.Item
        name="name"
        label={text("settings.workspaceName")}
        rules={[{ required: true, whitespace: true, max: 80, message: text("signIn.required") }]}
      >
        <Input autoFocus maxLength={80} />
      </Form.Item>
      <Form.Item name="timeZone" label={text("settings.timeZone")}>
        <TimeZoneSelect />
      </Form.Item>
      <Form.Item name="currency" label={text("settings.currency")}>
        <CurrencySelect />
      </Form.Item>
    </FormModal>
  );
}
