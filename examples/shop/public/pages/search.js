import { PRODUCTS, showProducts } from "../shop.js";

const query = new URLSearchParams(location.search).get("q")?.trim() ?? "";
const found = PRODUCTS.filter(({ name, category, note }) => query !== "" && `${name}${category}${note}`.includes(query));
document.querySelector("input[name=q]").value = query;
document.querySelector("#heading").textContent = found.length === 0 ? `没有找到「${query}」` : `「${query}」有 ${found.length} 件`;
showProducts(document.querySelector("#list"), found);
