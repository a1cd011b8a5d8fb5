import { Steps } from "antd";
import { useText } from "../../app/i18n.ts";
import { useAddress } from "../../app/workspace/use-address.ts";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { MappingStep } from "./MappingStep.tsx";
import { UploadStep } from "./UploadStep.tsx";
import "./imports.css";

/** Importing a file, step by step. The uploaded file stands in the address, so that a reload goes on with it. */
export function NewImportPage() {
  const text = useText();
  const { search, set } = useAddress();
  const uploadId = search.get("upload") ?? "";
  return (
    <>
      <PageHeader title={text("imports.new")} meta={<span>{text("imports.newIntro")}</span>} />
      <div className="stack">
        <Steps
          size="small"
          className="import-progress"
          current={uploadId === "" ? 0 : 1}
          items={[{ title: text("imports.stepUpload") }, { title: text("imports.stepMap") }, { title: text("imports.stepRun") }]}
        />
        {uploadId === "" ? (
          <UploadStep onDone={({ id }) => set("upload", id, { replace: false })} />
        ) : (
          <MappingStep key={uploadId} uploadId={uploadId} onAgain={() => set("upload", "", { replace: false })} />
        )}
      </div>
    </>
  );
}
