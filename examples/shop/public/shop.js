/** What the shop sells; prices in yuan. */
export const PRODUCTS = [
  { id: "lj-01", name: "明前西湖龙井", category: "绿茶", price: 268, hue: 128, note: "狮峰山头采，豆香清冽，100 克。" },
  { id: "bl-02", name: "洞庭碧螺春", category: "绿茶", price: 198, hue: 104, note: "花果间作，入口鲜爽，100 克。" },
  { id: "dh-03", name: "武夷大红袍", category: "乌龙", price: 328, hue: 18, note: "三坑两涧，岩骨花香，50 克。" },
  { id: "tg-04", name: "安溪铁观音", category: "乌龙", price: 128, hue: 74, note: "清香型，兰花香，250 克。" },
  { id: "dx-05", name: "滇红金芽", category: "红茶", price: 158, hue: 32, note: "凤庆大叶，蜜香甘甜，100 克。" },
  { id: "zs-06", name: "正山小种", category: "红茶", price: 168, hue: 8, note: "桐木关，桂圆干香，100 克。" },
  { id: "gb-07", name: "青瓷盖碗", category: "茶具", price: 88, hue: 164, note: "龙泉青瓷，150 毫升。" },
  { id: "gd-08", name: "玻璃公道杯", category: "茶具", price: 46, hue: 196, note: "高硼硅，300 毫升。" },
];

/** The client of Terrace: calls made before it is loaded wait. */
export function send(...call) {
  window.terrace.push(call);
}

/** What the specification of commerce events says about a product. */
export function facts({ id, name, category, price }, quantity = 1) {
  return { product_id: id, name, category, price, quantity, currency: "CNY" };
}

export const yuan = (amount) => `¥${amount.toFixed(2)}`;
export const productOf = (id) => PRODUCTS.find((product) => product.id === id);

/** The cart: quantities by product, kept in the browser. */
export const cart = {
  read: () => JSON.parse(localStorage.getItem("shop.cart") ?? "{}"),
  write: (items) => {
    localStorage.setItem("shop.cart", JSON.stringify(items));
    showCart();
  },
  lines: () =>
    Object.entries(cart.read()).flatMap(([id, quantity]) => {
      const product = productOf(id);
      return product === undefined ? [] : [{ product, quantity }];
    }),
  total: () => cart.lines().reduce((sum, { product, quantity }) => sum + product.price * quantity, 0),
};

/** Puts one into the cart and tells Terrace. */
export function addToCart(product) {
  const items = cart.read();
  cart.write({ ...items, [product.id]: (items[product.id] ?? 0) + 1 });
  send("track", "Product Added", facts(product));
}

/** Who is signed in, kept in the browser: the shop has no server. */
export const account = {
  user: () => localStorage.getItem("shop.user"),
  signIn: (user) => {
    localStorage.setItem("shop.user", user);
    send("identify", user, { member: true });
    send("track", "Signed In", { method: "password" });
  },
  signOut: () => {
    send("track", "Signed Out");
    send("reset");
    localStorage.removeItem("shop.user");
  },
};

/** An element with text or other elements in it. */
export function el(name, properties = {}, ...children) {
  const { data = {}, ...rest } = properties;
  const element = Object.assign(document.createElement(name), rest);
  Object.assign(element.dataset, data);
  element.append(...children);
  return element;
}

/** Cards of products; each tells when it came into view. */
export function showProducts(list, products) {
  list.replaceChildren(
    ...products.map((product) =>
      el(
        "li",
        { className: "card", data: { terraceExposure: "product-card", terraceItem: product.id } },
        el(
          "a",
          { href: `/product.html?id=${product.id}` },
          el("div", { className: "picture", style: `--hue:${product.hue}`, textContent: product.category }),
          el("h2", { textContent: product.name }),
        ),
        el(
          "p",
          {},
          el("strong", { textContent: yuan(product.price) }),
          el("button", { type: "button", className: "buy", textContent: "加入购物车", onclick: () => addToCart(product) }),
        ),
      ),
    ),
  );
}

function showCart() {
  const count = Object.values(cart.read()).reduce((sum, quantity) => sum + quantity, 0);
  document.querySelector("#cart-link").textContent = count === 0 ? "购物车" : `购物车 (${count})`;
}

function showAccount() {
  const link = document.querySelector("#account");
  const user = account.user();
  if (user === null) return;
  // The name of an account is nobody's business but its owner's.
  link.dataset.terraceIgnore = "";
  link.textContent = `${user} · 退出`;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    account.signOut();
    location.assign("/");
  });
}

showCart();
showAccount();
