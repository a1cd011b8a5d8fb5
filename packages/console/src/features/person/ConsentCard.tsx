import { getPersonConsent } from "@terrace/contract/api/consent";
import { Button, Tag } from "antd";
import { useState } from "react";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall } from "../../app/api/use-call.ts";
import { textOr, useLanguage, useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { ConsentModal } from "./ConsentModal.tsx";
import type { Person } from "./answers.ts";
import type { ConsentChoice } from "./consent-choice.ts";

type Consent = CallAnswer<typeof getPersonConsent>;
type Decision = Consent["purposes"][number]["decision"];
const SHOWN = 5;

/** What the person allows, by purpose, and the history of it; operators record what a person told them. */
export function ConsentCard({ person }: { readonly person: Person }) {
  const text = useText();
  const consent = useCall(getPersonConsent, { params: { ...useWorkspaceParams(), person: person.id } });
  const [choice, setChoice] = useState<ConsentChoice>();
  return (
    <Panel title={text("consent.title")}>
      <QueryView query={consent} skeleton={4}>
        {(data) => (
          <>
            {data.automatedDecisions ? null : <div className="muted small">{text("consent.noAutomated")}</div>}
            <ul className="consents">
              {data.purposes.map((purpose) => (
                <PurposeLine key={purpose.key} purpose={purpose} onChoose={setChoice} />
              ))}
            </ul>
            <History facts={data.history} purposes={data.purposes} />
          </>
        )}
      </QueryView>
      {choice === undefined ? null : <ConsentModal person={person} choice={choice} onClose={() => setChoice(undefined)} />}
    </Panel>
  );
}

type PurposeLineProps = { readonly purpose: Consent["purposes"][number]; readonly onChoose: (choice: ConsentChoice) => void };

function PurposeLine({ purpose, onChoose }: PurposeLineProps) {
  const text = useText();
  const write = useMay()("people:write");
  const name = usePurposeName(purpose);
  const state = purpose.decision.reason === "given" ? "withdrawn" : "given";
  return (
    <li>
      <div className="grow">
        <div className="row">
          <span className="ellipsis">{name}</span>
          <DecisionTag decision={purpose.decision} />
        </div>
        {purpose.channels.map(({ channel, decision }) => (
          <div key={channel} className="row small muted">
            <span>{textOr(`consent.channel.${channel}`, channel)}</span>
            <DecisionTag decision={decision} />
          </div>
        ))}
      </div>
      {write && purpose.basis === "consent" ? (
        <Button
          size="small"
          aria-label={`${text(`consent.do.${state}`)} ${name}`}
          onClick={() => onChoose({ purpose: purpose.key, name, state })}
        >
          {text(`consent.do.${state}`)}
        </Button>
      ) : null}
    </li>
  );
}

function DecisionTag({ decision }: { readonly decision: Decision }) {
  const text = useText();
  const colour = decision.reason === "given" ? "success" : decision.reason === "withdrawn" ? "warning" : "default";
  return (
    <Tag variant="filled" color={colour}>
      {text(`consent.reason.${decision.reason}`)}
    </Tag>
  );
}

type HistoryProps = { readonly facts: Consent["history"]; readonly purposes: Consent["purposes"] };

function History({ facts, purposes }: HistoryProps) {
  const text = useText();
  const [all, setAll] = useState(false);
  if (facts.length === 0) return <p className="muted small">{text("consent.noHistory")}</p>;
  return (
    <>
      <ul className="consent-history" aria-label={text("consent.history")}>
        {facts.slice(0, all ? facts.length : SHOWN).map((fact) => (
          <HistoryLine key={`${fact.at} ${fact.purpose} ${fact.channel} ${fact.state}`} fact={fact} purposes={purposes} />
        ))}
      </ul>
      {facts.length > SHOWN && !all ? (
        <Button type="link" size="small" onClick={() => setAll(true)}>
          {text("consent.showAll", { count: facts.length })}
        </Button>
      ) : null}
    </>
  );
}

function HistoryLine({ fact, purposes }: { readonly fact: Consent["history"][number]; readonly purposes: Consent["purposes"] }) {
  const text = useText();
  const language = useLanguage();
  const found = purposes.find(({ key }) => key === fact.purpose);
  const everything = fact.purpose === "*" ? text("consent.everything") : fact.purpose;
  const name = found === undefined ? everything : language === "en" ? found.nameEn : found.nameZh;
  const { reason } = fact.evidence;
  const channel = fact.channel === "" ? [] : [textOr(`consent.channel.${fact.channel}`, fact.channel)];
  const version = fact.textVersion === 0 ? [] : [text("consent.textVersion", { version: fact.textVersion })];
  return (
    <li>
      <div>{[text(`consent.state.${fact.state}`), name, ...channel].join(" · ")}</div>
      <div className="muted small">
        <TimeText at={fact.at} />{" "}
        {[text(`consent.source.${fact.source}`), ...version, ...(fact.actor === "" ? [] : [fact.actor])].join(" · ")}
      </div>
      {typeof reason === "string" ? <div className="muted small wrap-any">{reason}</div> : null}
    </li>
  );
}

/** A purpose's name in the language on screen. */
export function usePurposeName({ nameZh, nameEn }: { readonly nameZh: string; readonly nameEn: string }): string {
  return useLanguage() === "en" ? nameEn : nameZh;
}
