import { addTag, listTags } from "@terrace/contract/api/person-remarks";
import { listPeople } from "@terrace/contract/api/people";
import { useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState } from "react";
import { callRoute } from "../../app/api/client.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import type { TagInput } from "../person/TagModal.tsx";
import { TagModal } from "../person/TagModal.tsx";
import { eachOf } from "./each-of.ts";

/** Calls running at the same time; enough to be quick, few enough to leave room for others. */
const PARALLEL = 4;

/** What can be done with the ticked people; it stands in place of the filters. */
export function PeopleBulkBar({ ticked, onClear }: { readonly ticked: readonly string[]; readonly onClear: () => void }) {
  const text = useText();
  const format = useFormat();
  const client = useQueryClient();
  const params = useWorkspaceParams();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const [tagging, setTagging] = useState(false);
  const [done, setDone] = useState<number>();
  const tagAll = async (body: TagInput) => {
    setDone(0);
    try {
      await eachOf(ticked, PARALLEL, async (person) => {
        await callRoute(addTag, { params: { ...params, person }, body });
        setDone((count) => (count ?? 0) + 1);
      });
      void message.success(text("people.tagged", { count: ticked.length, tag: body.tag }));
      setTagging(false);
      onClear();
    } catch (error) {
      showFault(error);
    } finally {
      setDone(undefined);
      await Promise.all([listPeople, listTags].map(({ id }) => client.invalidateQueries({ queryKey: [id] })));
    }
  };
  return (
    <div className="filter-row bulk-row" role="toolbar" aria-label={text("people.bulk")}>
      <b>{text("common.selected", { count: format.count(ticked.length) })}</b>
      <Button type="primary" onClick={() => setTagging(true)}>
        {text("people.addTag")}
      </Button>
      <Button type="text" onClick={onClear}>
        {text("common.clearSelection")}
      </Button>
      {tagging ? (
        <TagModal
          title={text("people.tagMany", { count: ticked.length })}
          busy={done !== undefined}
          onSave={(body) => void tagAll(body)}
          onClose={() => setTagging(false)}
          {...(done === undefined ? {} : { progress: `${done} / ${ticked.length}` })}
        />
      ) : null}
    </div>
  );
}
