import { UPLOAD_BYTES_MAX } from "@terrace/contract/api/import-uploads";
import { App, Button, Progress, Upload as Dropper } from "antd";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { FaultAlert } from "../../ui/FaultAlert.tsx";
import { Panel } from "../../ui/Panel.tsx";
import type { Upload } from "./use-upload.ts";
import { useUpload } from "./use-upload.ts";

const TYPES = ".csv,.tsv,.txt,.jsonl,.ndjson,.xlsx,.parquet,.gz";

/** Takes a file: dropped, or chosen. */
export function UploadStep({ onDone }: { readonly onDone: (upload: Upload) => void }) {
  const text = useText();
  const format = useFormat();
  const { message } = App.useApp();
  const { upload, error, start, stop } = useUpload(onDone);
  const take = (file: File) => {
    if (file.size === 0) void message.error(text("imports.emptyFile"));
    else if (file.size > UPLOAD_BYTES_MAX) void message.error(text("imports.tooLarge"));
    else start(file);
    return false;
  };
  return (
    <Panel>
      {error === undefined ? null : <FaultAlert error={error} />}
      {upload === undefined ? (
        <Dropper.Dragger accept={TYPES} showUploadList={false} beforeUpload={take} className="import-drop">
          <p className="import-drop-title">{text("imports.drop")}</p>
          <p className="muted">{text("imports.dropHint")}</p>
        </Dropper.Dragger>
      ) : (
        <div className="stack" role="status">
          <div className="row">
            <span className="strong grow">{upload.fileName}</span>
            <span className="muted">
              {text("imports.uploaded", { done: megabytes(format.count, upload.offset), all: megabytes(format.count, upload.bytes) })}
            </span>
          </div>
          <Progress percent={Math.floor((upload.offset / upload.bytes) * 100)} />
          <div>
            <Button
              onClick={() => {
                stop();
                globalThis.location.reload();
              }}
            >
              {text("common.cancel")}
            </Button>
          </div>
        </div>
      )}
    </Panel>
  );
}

function megabytes(count: (value: number) => string, bytes: number): string {
  return `${count(Math.ceil(bytes / 1024 / 1024))} MB`;
}
