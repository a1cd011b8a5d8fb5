import { getErasureCertificate, type listErasures } from "@terrace/contract/api/rights";
import { Button, Progress, Tag } from "antd";
import type { CallAnswer } from "../../app/api/client.ts";
import { useChange } from "../../app/api/use-call.ts";
import { textOr, useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { downloadJson } from "./download.ts";
import "./rights.css";

export type Erasure = CallAnswer<typeof listErasures>["items"][number];

/** Done, or where it is. */
export function ErasureState({ erasure }: { readonly erasure: Erasure }) {
  const text = useText();
  if (erasure.state === "done") return <Tag variant="filled">{text("erasures.done")}</Tag>;
  const store = textOr(`rights.holder.${erasure.holder}`, erasure.holder);
  return (
    <span className="erasure-state">
      <Progress percent={Math.round(erasure.progress * 100)} size="small" />
      <small className="muted">
        {erasure.holder === ""
          ? text("erasures.waiting")
          : text(erasure.isTryingAgain ? "erasures.tryingAgain" : "erasures.running", { store })}
      </small>
    </span>
  );
}

/** Downloads the signed certificate of a finished erasure. */
export function CertificateButton({ erasure }: { readonly erasure: Erasure }) {
  const text = useText();
  const params = { ...useWorkspaceParams(), erasure: erasure.id };
  const showFault = useFaultMessage();
  const ask = useChange(getErasureCertificate);
  if (erasure.state !== "done") return null;
  const download = () =>
    ask.mutate(
      { params },
      { onSuccess: (certificate) => downloadJson(`erasure-${params.workspace}-${erasure.id}.json`, certificate), onError: showFault },
    );
  return (
    <Button size="small" loading={ask.isPending} onClick={download}>
      {text("erasures.certificate")}
    </Button>
  );
}
