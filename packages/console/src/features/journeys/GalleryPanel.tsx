import { listReadyJourneys, takeReadyJourney, type ReadyJourneyRow } from "@terrace/contract/api/journeys-gallery";
import { listReadyTemplates } from "@terrace/contract/api/templates-preview";
import { listTemplates } from "@terrace/contract/api/templates";
import { Button, Tag } from "antd";
import { useNavigate } from "react-router";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useLanguage, useText, useWords } from "../../app/i18n.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { journeyPath } from "./journey-paths.ts";
import { JOURNEY_TOUCHES } from "./journey-touches.ts";
import { useEntryWords } from "./use-entry-words.ts";

const TOUCHES = [...JOURNEY_TOUCHES, listTemplates, listReadyTemplates];

/** Journeys that are ready: one click begins one, with the templates that it sends. */
export function GalleryPanel() {
  const ready = useCall(listReadyJourneys, { params: useWorkspaceParams() });
  return (
    <QueryView query={ready} skeleton={6}>
      {({ items }) => (
        <ul className="journey-gallery">
          {items.map((item) => (
            <ReadyCard key={item.key} ready={item} />
          ))}
        </ul>
      )}
    </QueryView>
  );
}

function ReadyCard({ ready }: { readonly ready: ReadyJourneyRow }) {
  const text = useText();
  const words = useWords();
  const reader = useLanguage();
  const link = useLink();
  const navigate = useNavigate();
  const entryWords = useEntryWords();
  const showFault = useFaultMessage();
  const may = useMay()("touch:write");
  const params = { ...useWorkspaceParams(), ready: ready.key };
  const take = useChange(takeReadyJourney, TOUCHES);
  const name = words({ zh: ready.nameZh, en: ready.nameEn });
  return (
    <li className="panel journey-card">
      <h2>{name}</h2>
      <p className="small">{entryWords(ready.entry)}</p>
      <p className="muted grow">{words({ zh: ready.descriptionZh, en: ready.descriptionEn })}</p>
      <div className="tags">
        {ready.templates.map((one) => (
          <Tag key={one.key}>{words({ zh: one.nameZh, en: one.nameEn })}</Tag>
        ))}
      </div>
      <Button
        disabled={!may}
        loading={take.isPending}
        aria-label={text("journeys.takeNamed", { name })}
        onClick={() =>
          take.mutate(
            { params, body: { language: reader === "en" ? "en" : "zh-cn" } },
            { onSuccess: ({ id }) => void navigate(link(journeyPath(id))), onError: showFault },
          )
        }
      >
        {text("journeys.take")}
      </Button>
    </li>
  );
}
