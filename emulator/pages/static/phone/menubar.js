/** The service account's menu at the bottom of its chat: up to three buttons, each with up to five below it. */

import { button, fill, icon, make } from "../shared/element.js";

export class Menubar {
  /** `tapped([i, j])` or `tapped([i])`; `toKeyboard()` swaps the bar for the composer. */
  constructor(tapped, toKeyboard) {
    this.tapped = tapped;
    this.buttons = make("div", { class: "menu-buttons" });
    this.element = make("div", { class: "menubar", hidden: true },
      button(icon("keyboard"), toKeyboard, { class: "bar-button", "aria-label": "切换到键盘", testid: "to-keyboard" }),
      this.buttons);
    document.addEventListener("click", (event) => { if (!this.element.contains(event.target)) this.fold(); });
    this.element.addEventListener("keydown", (event) => { if (event.key === "Escape") this.fold(); });
  }

  update(menu) {
    fill(this.buttons, menu, () => menu.map((entry, index) => this.column(entry, index)));
  }

  column(entry, index) {
    const below = entry.sub_button ?? [];
    if (below.length === 0) {
      return make("div", { class: "menu-column" },
        button(entry.name, () => this.tap([index]), { class: "menu-button", testid: `menu-${index}` }));
    }
    const list = make("div", { class: "submenu", hidden: true }, below.map((item, place) =>
      button(item.name, () => this.tap([index, place]), { class: "submenu-item", testid: `menu-${index}-${place}` })));
    const opener = button([icon("bars", "icon icon-bars"), entry.name], () => this.unfold(opener, list),
      { class: "menu-button", "aria-expanded": "false", testid: `menu-${index}` });
    return make("div", { class: "menu-column" }, list, opener);
  }

  unfold(opener, list) {
    const opening = list.hidden;
    this.fold();
    list.hidden = !opening;
    opener.setAttribute("aria-expanded", String(opening));
  }

  fold() {
    for (const list of this.buttons.querySelectorAll(".submenu")) list.hidden = true;
    for (const opener of this.buttons.querySelectorAll("[aria-expanded]")) opener.setAttribute("aria-expanded", "false");
  }

  tap(path) {
    this.fold();
    this.tapped(path);
  }
}
