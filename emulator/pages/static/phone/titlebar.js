/** The bar on top of every WeChat page. */

import { button, icon, make } from "../shared/element.js";
import { go } from "./navigation.js";

/** `back` is the page the arrow leads to; `more` is a button for the right side. */
export function titlebar(title, { back = null, more = null } = {}) {
  return make("header", { class: "titlebar" },
    make("span", { class: "titlebar-side" },
      back && button(icon("back"), () => go(back), { class: "bar-button", "aria-label": "返回", testid: "back" })),
    make("h1", { class: "titlebar-name" }, title),
    make("span", { class: "titlebar-side titlebar-right" }, more));
}
