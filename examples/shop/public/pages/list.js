import { el, PRODUCTS, showProducts } from "../shop.js";

const list = document.querySelector("#list");
const tabs = document.querySelector("#categories");
const categories = ["全部", ...new Set(PRODUCTS.map(({ category }) => category))];

/** Categories change the address without loading a page, as single-page shops do. */
function show() {
  const chosen = new URLSearchParams(location.search).get("category") ?? "全部";
  document.title = `${chosen === "全部" ? "首页" : chosen} · 叠翠茶铺`;
  tabs.replaceChildren(
    ...categories.map((category) =>
      el("a", { href: category === "全部" ? "/" : `/?category=${category}`, className: category === chosen ? "on" : "", textContent: category }),
    ),
  );
  showProducts(
    list,
    PRODUCTS.filter(({ category }) => chosen === "全部" || category === chosen),
  );
}

tabs.addEventListener("click", (event) => {
  if (!event.target.matches("a")) return;
  event.preventDefault();
  history.pushState(null, "", event.target.href);
  show();
});
addEventListener("popstate", show);
show();
