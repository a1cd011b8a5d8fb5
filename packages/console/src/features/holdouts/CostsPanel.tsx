import { reportHoldout } from "@terrace/contract/api/holdout-report";
import type { HoldoutDetail, HoldoutGeneration } from "@terrace/contract/api/holdouts";
import { deleteProgramCost, listProgramCosts, type ProgramCost } from "@terrace/contract/api/program-costs";
import { App, Button } from "antd";
import { useState } from "react";
import { useChange, usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { BookCostModal } from "./BookCostModal.tsx";
import { programWords } from "./holdout-words.ts";

type Props = { readonly holdout: HoldoutDetail; readonly turn: HoldoutGeneration };

/** What the programs of a holdout cost in a turn: what the report sets against what they brought. */
export function CostsPanel({ holdout, turn }: Props) {
  const text = useText();
  const mayWrite = useMay()("experiments:write");
  const [booking, setBooking] = useState(false);
  const query = { holdout: holdout.key, generation: String(turn.number) };
  const pages = usePages(listProgramCosts, { params: useWorkspaceParams(), query });
  const rows = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Panel
      title={text("holdouts.costs")}
      flush
      extra={
        mayWrite ? (
          <Button size="small" onClick={() => setBooking(true)}>
            {text("holdouts.book")}
          </Button>
        ) : null
      }
    >
      <QueryView query={pages} skeleton={3}>
        {() => <CostTable rows={rows} mayWrite={mayWrite} />}
      </QueryView>
      <LoadMore pages={pages} loaded={rows.length} />
      {booking ? <BookCostModal holdout={holdout} turn={turn} onClose={() => setBooking(false)} /> : null}
    </Panel>
  );
}

function CostTable({ rows, mayWrite }: { readonly rows: readonly ProgramCost[]; readonly mayWrite: boolean }) {
  const text = useText();
  const format = useFormat();
  const columns: readonly DataColumn<ProgramCost>[] = [
    { key: "at", title: text("holdouts.costAt"), width: 160, render: ({ at }) => format.tableTime(at) },
    { key: "program", title: text("holdouts.program"), render: ({ program }) => programWords(program, text) },
    { key: "amount", title: text("holdouts.amount"), width: 140, figure: true, render: ({ amountMinor }) => format.money(amountMinor) },
    ...(mayWrite ? [{ key: "act", title: "", width: 100, render: (cost: ProgramCost) => <TakeBack cost={cost} /> }] : []),
  ];
  return (
    <DataTable<ProgramCost>
      label={text("holdouts.costs")}
      rows={rows}
      rowKey={({ id }) => id}
      columns={columns}
      minWidth={520}
      empty={<EmptyState text={text("holdouts.noCosts")} />}
      phoneRow={(cost) => ({
        title: programWords(cost.program, text),
        state: <span>{format.money(cost.amountMinor)}</span>,
        detail: format.tableTime(cost.at),
        ...(mayWrite ? { figures: <TakeBack cost={cost} /> } : {}),
      })}
    />
  );
}

function TakeBack({ cost }: { readonly cost: ProgramCost }) {
  const text = useText();
  const format = useFormat();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), cost: cost.id };
  const remove = useChange(deleteProgramCost, [listProgramCosts, reportHoldout]);
  const ask = () =>
    void modal.confirm({
      title: text("holdouts.unbookTitle", { amount: format.money(cost.amountMinor), program: programWords(cost.program, text) }),
      content: text("holdouts.unbookBody"),
      okText: text("holdouts.unbook"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => remove.mutateAsync({ params }).then(() => undefined, showFault),
    });
  return (
    <Button type="link" size="small" danger onClick={ask}>
      {text("holdouts.unbook")}
    </Button>
  );
}
