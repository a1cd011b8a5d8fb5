import { account } from "../shop.js";

document.querySelector("#login").addEventListener("submit", (event) => {
  event.preventDefault();
  const { user } = Object.fromEntries(new FormData(event.target));
  account.signIn(user);
  const next = new URLSearchParams(location.search).get("next") ?? "/";
  location.assign(next.startsWith("/") && !next.startsWith("//") ? next : "/");
});
