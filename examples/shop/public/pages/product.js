import { addToCart, el, facts, productOf, send, yuan } from "../shop.js";

const product = productOf(new URLSearchParams(location.search).get("id"));
const detail = document.querySelector("#detail");
if (product === undefined) detail.append(el("p", { textContent: "这件商品不在了。" }));
else {
  document.title = `${product.name} · 叠翠茶铺`;
  detail.append(
    el("div", { className: "picture large", style: `--hue:${product.hue}`, textContent: product.category }),
    el(
      "div",
      {},
      el("h1", { textContent: product.name }),
      el("p", { textContent: product.note }),
      el("p", { className: "price", textContent: yuan(product.price) }),
      el("button", { type: "button", className: "buy primary", textContent: "加入购物车", onclick: () => addToCart(product) }),
      " ",
      el("a", { href: "/cart.html", textContent: "去购物车" }),
    ),
  );
  send("track", "Product Viewed", facts(product));
}
