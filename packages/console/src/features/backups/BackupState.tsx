import { Tag } from "antd";
import { useText } from "../../app/i18n.ts";
import type { BackupRun } from "./answers.ts";

/** What became of a backup. */
export function BackupState({ run }: { readonly run: BackupRun }) {
  const text = useText();
  if (run.state === "failed")
    return (
      <Tag variant="filled" color="error">
        {text("backups.failed")}
      </Tag>
    );
  if (run.state !== "done")
    return (
      <Tag variant="filled" color="processing">
        {text("backups.running", { percent: Math.round(run.progress * 100) })}
      </Tag>
    );
  return run.removedAt === null ? (
    <Tag className="badge-on" variant="filled">
      {text(run.verified ? "backups.verified" : "backups.done")}
    </Tag>
  ) : (
    <Tag variant="filled">{text("backups.removed")}</Tag>
  );
}
