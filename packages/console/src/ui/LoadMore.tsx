import { Button } from "antd";
import { useText } from "../app/i18n.ts";
import { useFormat } from "../app/workspace/use-format.ts";
import "./table.css";

type Pages = { readonly hasNextPage: boolean; readonly isFetchingNextPage: boolean; readonly fetchNextPage: () => unknown };

/** The foot of a list: how much is loaded, and the way to more. */
export function LoadMore({ pages, loaded }: { readonly pages: Pages; readonly loaded: number }) {
  const text = useText();
  const format = useFormat();
  if (loaded === 0) return null;
  if (!pages.hasNextPage) return <div className="table-foot">{text("common.end", { count: format.count(loaded) })}</div>;
  return (
    <div className="table-foot">
      <span>{text("common.loaded", { count: format.count(loaded) })}</span>
      <Button size="small" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
        {text("common.loadMore")}
      </Button>
    </div>
  );
}
