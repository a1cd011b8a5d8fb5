/** What is typed to import a file; the mapping stands beside it. */
export const IMPORT_COMMAND = "npm run terrace -- import orders.csv --mapping orders.mapping.json";

/** A mapping file for a table of orders, one row per order. */
export const IMPORT_MAPPING = `{
  "kind": "events",
  "file": { "format": "csv" },
  "ids": [
    { "kind": "user_id", "column": "customer_id" },
    { "kind": "phone", "column": "mobile" }
  ],
  "event": { "name": "Order Completed" },
  "time": { "column": "paid_at", "format": "yyyy-MM-dd HH:mm:ss", "zone": "Asia/Shanghai" },
  "properties": {
    "order_id": { "column": "order_no" },
    "revenue": { "column": "amount", "type": "number" },
    "currency": { "value": "CNY" }
  }
}`;
