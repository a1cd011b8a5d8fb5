import { listReadyTemplates, takeReadyTemplate, type ReadyTemplateRow } from "@terrace/contract/api/templates-preview";
import { listTemplates } from "@terrace/contract/api/templates";
import { Button, Tag } from "antd";
import { Link, useNavigate } from "react-router";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useLanguage, useText, useWords } from "../../app/i18n.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { templatePath } from "./template-words.ts";

/** Templates that are ready: one click makes and publishes one. */
export function GalleryPanel() {
  const ready = useCall(listReadyTemplates, { params: useWorkspaceParams() });
  return (
    <QueryView query={ready} skeleton={6}>
      {({ items }) => (
        <ul className="template-gallery">
          {items.map((item) => (
            <ReadyCard key={item.key} ready={item} />
          ))}
        </ul>
      )}
    </QueryView>
  );
}

function ReadyCard({ ready }: { readonly ready: ReadyTemplateRow }) {
  const text = useText();
  const words = useWords();
  const reader = useLanguage();
  const link = useLink();
  const navigate = useNavigate();
  const may = useMay()("touch:write");
  const params = { ...useWorkspaceParams(), ready: ready.key };
  const showFault = useFaultMessage();
  const take = useChange(takeReadyTemplate, [listTemplates, listReadyTemplates]);
  const name = words({ zh: ready.nameZh, en: ready.nameEn });
  return (
    <li className="panel template-card">
      <div className="row">
        <h2 className="grow">{name}</h2>
        <Tag>{text(`templates.channelOf.${ready.channel}`)}</Tag>
      </div>
      <p className="muted grow">{words({ zh: ready.descriptionZh, en: ready.descriptionEn })}</p>
      {ready.taken === null ? (
        <Button
          disabled={!may}
          loading={take.isPending}
          aria-label={text("templates.takeNamed", { name })}
          onClick={() =>
            take.mutate(
              { params, body: { defaultLanguage: reader.startsWith("zh") ? "zh-cn" : "en" } },
              { onSuccess: ({ id }) => void navigate(link(templatePath(id))), onError: showFault },
            )
          }
        >
          {text("templates.take")}
        </Button>
      ) : (
        <Link to={link(templatePath(ready.taken.id))}>{text("templates.taken", { name: ready.taken.name })}</Link>
      )}
    </li>
  );
}
