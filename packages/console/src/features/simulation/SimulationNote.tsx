import { getOverview } from "@terrace/contract/api/live";
import { listSimulations, updateSimulation } from "@terrace/contract/api/simulations";
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Progress } from "antd";
import { useEffect, useState } from "react";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspace, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FaultAlert } from "../../ui/FaultAlert.tsx";
import "./simulation.css";

type Simulation = CallAnswer<typeof listSimulations>["items"][number];

const FILLING_MS = 1_500;
const STANDING_MS = 30_000;

/** Says on a page of a simulated workspace that nothing here is real, how far it is filled, and whether it lives; whoever manages it can stop it. */
export function SimulationNote() {
  const { label, id } = useWorkspace();
  return label === "simulated" ? <Note key={id} /> : null;
}

function Note() {
  const text = useText();
  const { id } = useWorkspace();
  const client = useQueryClient();
  const [filling, setFilling] = useState(true);
  const simulations = useCall(listSimulations, { params: useWorkspaceParams() }, { refetchMs: filling ? FILLING_MS : STANDING_MS });
  const own = simulations.data?.items.find(({ workspace }) => workspace === id);
  const state = own?.state;
  // What was shown while it was being filled is far from what is there now.
  useEffect(() => {
    setFilling(state === "filling");
    if (state === "filled") void client.invalidateQueries({ queryKey: [getOverview.id] });
  }, [state, client]);
  return (
    <Alert
      className="simulation-note"
      type="info"
      title={text("simulation.what")}
      description={own === undefined ? undefined : <Standing simulation={own} />}
      action={own?.state === "filled" ? <LifeSwitch simulation={own} /> : undefined}
    />
  );
}

function Standing({ simulation }: { readonly simulation: Simulation }) {
  const text = useText();
  const format = useFormat();
  const { state, filled, live, speed, days, people } = simulation;
  if (state === "filling")
    return (
      <div className="simulation-filling">
        <span>{text("simulation.filling", { days: format.count(days), people: format.count(people) })}</span>
        <Progress percent={Math.floor(filled * 100)} size="small" aria-label={text("simulation.progress")} />
      </div>
    );
  if (!live) return <span>{text("simulation.still")}</span>;
  return <span>{speed === 1 ? text("simulation.live") : text("simulation.liveFast", { speed: format.count(speed) })}</span>;
}

function LifeSwitch({ simulation: { workspace, live } }: { readonly simulation: Simulation }) {
  const text = useText();
  const may = useMay();
  const params = useWorkspaceParams();
  const change = useChange(updateSimulation, [listSimulations]);
  if (!may("workspace:manage")) return null;
  return (
    <>
      <Button
        loading={change.isPending}
        onClick={() => change.mutate({ params: { ...params, simulation: workspace }, body: { live: !live } })}
      >
        {text(live ? "simulation.stop" : "simulation.start")}
      </Button>
      {change.error === null ? null : <FaultAlert error={change.error} />}
    </>
  );
}
