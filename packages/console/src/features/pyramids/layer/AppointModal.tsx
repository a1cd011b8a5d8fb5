import { createAppointments } from "@terrace/contract/api/pyramid-people";
import { App, Form, Input, Select } from "antd";
import { useState } from "react";
import { useChange } from "../../../app/api/use-call.ts";
import { useText, useWords } from "../../../app/i18n.ts";
import { useWorkspace, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { FormModal } from "../../../ui/FormModal.tsx";
import { useFaultMessage } from "../../../ui/use-fault-text.ts";
import { PersonPicker } from "../../merges/PersonPicker.tsx";
import type { PyramidView } from "../answers.ts";
import { PEOPLE_TOUCHES } from "../touches.ts";
import { localInstant } from "../../../ui/format/local-instant.ts";

type Fields = { readonly layer: string; readonly until?: string; readonly note?: string };
type Props = { readonly pyramid: PyramidView; readonly layer: string; readonly onClose: () => void };

/** Appoints a person to a layer, for good or until a day. */
export function AppointModal({ pyramid, layer, onClose }: Props) {
  const text = useText();
  const words = useWords();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), pyramid: pyramid.key };
  const { timeZone } = useWorkspace();
  const [person, setPerson] = useState("");
  const appoint = useChange(createAppointments, PEOPLE_TOUCHES);
  const submit = ({ layer: chosen, until = "", note = "" }: Fields) => {
    if (person === "") return;
    const body = {
      layer: chosen,
      people: { identity: "person" as const, values: [person] },
      until: localInstant(until, timeZone),
      note,
    };
    appoint.mutate(
      { params, body },
      {
        onSuccess: () => {
          void message.success(text("pyramids.appointed"));
          onClose();
        },
        onError: showFault,
      },
    );
  };
  return (
    <FormModal<Fields>
      title={text("pyramids.appoint")}
      okText={text("pyramids.appointDo")}
      busy={appoint.isPending}
      onSubmit={submit}
      onClose={onClose}
      initialValues={{ layer }}
      width={480}
    >
      <p className="muted">{text("pyramids.appointNote")}</p>
      <Form.Item label={text("verification.person")} required>
        <PersonPicker except="" value={person} onPick={setPerson} />
      </Form.Item>
      <Form.Item name="layer" label={text("pyramids.layer")}>
        <Select options={pyramid.layers.map(({ key, name }) => ({ value: key, label: words(name) }))} />
      </Form.Item>
      <Form.Item name="until" label={text("pyramids.until")} extra={text("pyramids.untilNote", { zone: timeZone })}>
        <Input type="datetime-local" />
      </Form.Item>
      <Form.Item name="note" label={text("verification.note")}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </FormModal>
  );
}
