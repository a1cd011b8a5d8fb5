import { createDashboard, getDashboard, listDashboards, updateDashboard, type DashboardTile } from "@terrace/contract/api/dashboards";
import { GRID_COLUMNS } from "@terrace/domain/insight/boards/tile";
import { App, Form, Input, Select } from "antd";
import { useState } from "react";
import { callRoute } from "../../../app/api/client.ts";
import { useCall, useChange } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { FormModal } from "../../../ui/FormModal.tsx";
import { useFaultMessage } from "../../../ui/use-fault-text.ts";

const NEW = "new";
const DASHBOARDS_MAX = 200;
const NAME_MAX = 80;
/** Half of the width, and as high as a chart with its head. */
const SIZE = { w: GRID_COLUMNS / 2, h: 6 } as const;

type Fields = { readonly dashboard: string; readonly name?: string; readonly title: string };
type Props = {
  readonly name: string;
  readonly content: DashboardTile["content"];
  readonly onClose: () => void;
};

/** Puts an analysis on a dashboard, under what is on it already, or on a new one. */
export function AddToDashboard({ name, content, onClose }: Props) {
  const text = useText();
  const params = useWorkspaceParams();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const [form] = Form.useForm<Fields>();
  const chosen = Form.useWatch("dashboard", form);
  const [busy, setBusy] = useState(false);
  const listed = useCall(listDashboards, { params, query: { limit: DASHBOARDS_MAX } }).data?.items ?? [];
  const create = useChange(createDashboard, [listDashboards]);
  const update = useChange(updateDashboard, [listDashboards, getDashboard]);
  const tile = (title: string, y: number): DashboardTile => ({
    id: `t${Date.now().toString(36)}`,
    place: { x: 0, y, ...SIZE },
    title,
    content,
  });
  const add = async ({ dashboard, name: newName, title }: Fields) => {
    if (dashboard === NEW) return create.mutateAsync({ params, body: { name: newName ?? name, tiles: [tile(title, 0)] } });
    const board = await callRoute(getDashboard, { params: { ...params, dashboard } });
    const below = board.tiles.reduce((most, { place }) => Math.max(most, place.y + place.h), 0);
    return update.mutateAsync({
      params: { ...params, dashboard },
      body: { tiles: [...board.tiles, tile(title, below)], basedOn: board.version },
    });
  };
  const submit = async (fields: Fields) => {
    setBusy(true);
    try {
      const board = await add(fields);
      void message.success(text("insight.onDashboard", { name: board.name }));
      onClose();
    } catch (error) {
      showFault(error);
    } finally {
      setBusy(false);
    }
  };
  const mine = listed.filter(({ mayChange }) => mayChange);
  return (
    <FormModal<Fields>
      form={form}
      title={text("insight.toDashboard")}
      okText={text("common.add")}
      busy={busy}
      initialValues={{ dashboard: NEW, title: name.slice(0, NAME_MAX) }}
      onSubmit={(fields) => void submit(fields)}
      onClose={onClose}
    >
      <Form.Item name="dashboard" label={text("insight.dashboard")}>
        <Select
          showSearch={{ optionFilterProp: "label" }}
          options={[{ value: NEW, label: text("insight.newDashboard") }, ...mine.map((board) => ({ value: board.id, label: board.name }))]}
        />
      </Form.Item>
      {chosen === NEW ? (
        <Form.Item
          name="name"
          label={text("insight.dashboardName")}
          rules={[{ required: true, whitespace: true, message: text("signIn.required") }]}
        >
          <Input maxLength={NAME_MAX} />
        </Form.Item>
      ) : null}
      <Form.Item name="title" label={text("insight.tileTitle")}>
        <Input maxLength={NAME_MAX} />
      </Form.Item>
    </FormModal>
  );
}
