import { FLAG_RULES_MAX } from "@terrace/contract/api/flag-parts";
import type { ExperimentView } from "@terrace/contract/api/experiments";
import { Button, Form, Modal, Select } from "antd";
import { useState, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useLink, useMay } from "../../app/workspace/workspace-context.ts";
import { newRulePath } from "../flags/flag-parts.ts";
import { FlagSelect } from "../flags/FlagSelect.tsx";
import { NewFlagModal } from "../flags/NewFlagModal.tsx";
import { useEnvironments } from "../flags/use-environments.ts";

/** Leads to the form of a rule that gives the variants of an experiment, in a flag there is or in a new one. */
export function MakeRule({ experiment }: { readonly experiment: ExperimentView }) {
  const text = useText();
  const may = useMay()("experiments:write");
  const [asking, setAsking] = useState<"flag" | "new">();
  const { environments } = useEnvironments();
  const [chosen, setChosen] = useState<string>();
  const environment = chosen ?? environments.find(({ key }) => key === PRODUCTION)?.key ?? environments[0]?.key;
  const isOver = experiment.state === "stopped" || experiment.state === "archived";
  if (!may || isOver || environment === undefined) return null;
  const pathOf = (flag: string) => newRulePath(flag, experiment.id, environment);
  return (
    <>
      <Button onClick={() => setAsking("flag")}>{text("experiments.makeRule")}</Button>
      {asking === "flag" ? (
        <ChooseFlag pathOf={pathOf} environment={environment} onNew={() => setAsking("new")} onClose={() => setAsking(undefined)}>
          <Form.Item label={text("flags.environment")}>
            <Select<string>
              aria-label={text("flags.environment")}
              value={environment}
              onChange={setChosen}
              options={environments.map(({ key, name }) => ({ value: key, label: name }))}
            />
          </Form.Item>
        </ChooseFlag>
      ) : null}
      {asking === "new" ? <NewFlagModal pathOf={pathOf} onClose={() => setAsking(undefined)} /> : null}
    </>
  );
}

const PRODUCTION = "production";

type ChooseProps = {
  readonly pathOf: (flag: string) => string;
  readonly environment: string;
  readonly onNew: () => void;
  readonly onClose: () => void;
  /** The field that chooses the environment. */
  readonly children: ReactNode;
};

function ChooseFlag({ pathOf, environment, onNew, onClose, children }: ChooseProps) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const [flag, setFlag] = useState<string>();
  return (
    <Modal
      open
      width={480}
      title={text("experiments.makeRuleTitle")}
      onCancel={onClose}
      footer={
        <div className="row-wrap">
          <Button onClick={onNew}>{text("flags.new")}</Button>
          <Button type="primary" disabled={flag === undefined} onClick={() => flag === undefined || void navigate(link(pathOf(flag)))}>
            {text("experiments.makeRuleGo")}
          </Button>
        </div>
      }
    >
      <Form layout="vertical" component="div">
        {children}
        <Form.Item label={text("experiments.makeRuleFlag")} extra={text("experiments.makeRuleNote")}>
          <FlagSelect
            label={text("experiments.makeRuleFlag")}
            {...(flag === undefined ? {} : { value: flag })}
            fits={({ definition }) => (definition.environments[environment]?.rules.length ?? 0) < FLAG_RULES_MAX}
            onChoose={({ key }) => setFlag(key)}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}
