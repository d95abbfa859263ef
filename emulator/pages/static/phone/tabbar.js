/** WeChat's four tabs. */

import { button, icon, make } from "../shared/element.js";
import { go } from "./navigation.js";

const TABS = [["chats", "chat", "微信"], ["contacts", "people", "通讯录"], ["discover", "compass", "发现"], ["me", "person", "我"]];

export function tabbar(here) {
  return make("nav", { class: "tabbar", "aria-label": "微信" }, TABS.map(([page, picture, name]) =>
    button([icon(picture, "icon icon-tab"), name], () => go(page),
      { class: page === here ? "tab tab-here" : "tab", "aria-current": page === here ? "page" : null, testid: `tab-${page}` })));
}
