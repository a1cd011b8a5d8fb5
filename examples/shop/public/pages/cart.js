import { cart, el, facts, productOf, send, yuan } from "../shop.js";

const place = document.querySelector("#cart");

function remove(id) {
  const { [id]: quantity, ...rest } = cart.read();
  cart.write(rest);
  send("track", "Product Removed", facts(productOf(id), quantity));
  show();
}

function show() {
  const lines = cart.lines();
  if (lines.length === 0) return place.replaceChildren(el("p", { textContent: "购物车还是空的。" }), el("a", { href: "/", textContent: "去逛逛" }));
  const rows = lines.map(({ product, quantity }) =>
    el(
      "tr",
      {},
      el("td", {}, el("a", { href: `/product.html?id=${product.id}`, textContent: product.name })),
      el("td", { textContent: `× ${quantity}` }),
      el("td", { textContent: yuan(product.price * quantity) }),
      el("td", {}, el("button", { type: "button", textContent: "移除", onclick: () => remove(product.id) })),
    ),
  );
  place.replaceChildren(
    el("table", {}, el("tbody", {}, ...rows)),
    el("p", { className: "price", textContent: `合计 ${yuan(cart.total())}` }),
    el("a", { href: "/checkout.html", className: "button primary", textContent: "去结算" }),
  );
}

show();
send("track", "Cart Viewed", { value: cart.total(), currency: "CNY", products: cart.lines().map(({ product, quantity }) => facts(product, quantity)) });
