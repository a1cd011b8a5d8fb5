import { DownloadOutlined } from "@ant-design/icons";
import { exportExperimentResults } from "@terrace/contract/api/experiment-readings";
import type { ExperimentView } from "@terrace/contract/api/experiments";
import { breakdownBySchema } from "@terrace/contract/api/insight-breakdown";
import { Button } from "antd";
import { useSearchParams } from "react-router";
import { routeUrl } from "../../app/api/client.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { readQuery } from "../insight/frame/query-text.ts";

/** Hands out the results as a file, with groups where they are told by a trait. */
export function DownloadResults({ experiment: { id, key } }: { readonly experiment: ExperimentView }) {
  const text = useText();
  const language = useLanguage();
  const params = { ...useWorkspaceParams(), experiment: id };
  const [place] = useSearchParams();
  const by = breakdownBySchema.safeParse(readQuery(place.get("by"))).data;
  const trait = by !== undefined && "trait" in by ? by.trait : undefined;
  return (
    <Button
      type="text"
      size="small"
      icon={<DownloadOutlined />}
      href={routeUrl(exportExperimentResults, params, { language, trait })}
      download={`${key}.csv`}
    >
      {text("experiments.download")}
    </Button>
  );
}
