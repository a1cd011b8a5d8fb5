import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import type { Items } from "./item-list.ts";
import { itemColumns } from "./item-list.ts";
import { traitText } from "./trait-text.ts";

const SHOWN_MAX = 50;

/** Things of an event as a small table, e.g. the products of an order. */
export function ItemTable({ items }: { readonly items: Items }) {
  const text = useText();
  const format = useFormat();
  const columns = itemColumns(items);
  const rows = items.slice(0, SHOWN_MAX).map((item, i) => ({ key: `${i}`, item }));
  return (
    <>
      <table className="item-table">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, item }) => (
            <tr key={key}>
              {columns.map((column) => (
                <td key={column}>{traitText(item[column], format)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {items.length > SHOWN_MAX ? <small className="muted">{text("event.moreItems", { count: items.length - SHOWN_MAX })}</small> : null}
    </>
  );
}
