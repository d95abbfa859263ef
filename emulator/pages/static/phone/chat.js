/** The chat with the service account: messages, and below them the menu or the keyboard. */

import { button, icon, make } from "../shared/element.js";
import { Composer } from "./composer.js";
import { Menubar } from "./menubar.js";
import { go } from "./navigation.js";
import { Thread } from "./thread.js";
import { titlebar } from "./titlebar.js";

export class Chat {
  constructor(phone) {
    this.thread = new Thread("chat", phone);
    this.menubar = new Menubar((path) => phone.tapMenu(path), () => this.useKeyboard(true));
    this.composer = new Composer(phone, () => this.useKeyboard(false));
    this.typing = false;
    this.name = make("span", {}, "");
    const more = button(icon("more"), () => go("account"), { class: "bar-button", "aria-label": "公众号资料", testid: "open-account" });
    this.element = make("section", { class: "view" },
      titlebar(this.name, { back: "chats", more }), this.thread.element, this.menubar.element, this.composer.element);
  }

  update(mailbox) {
    this.name.textContent = mailbox.state.account.name;
    this.thread.update(mailbox);
    this.menubar.update(mailbox.state.menu);
    this.hasMenu = mailbox.state.menu.length > 0;
    this.arrange();
  }

  useKeyboard(typing) {
    this.typing = typing;
    this.arrange();
    if (typing) this.composer.input.focus();
    this.thread.toEnd();
  }

  arrange() {
    const menu = this.hasMenu && !this.typing;
    this.menubar.element.hidden = !menu;
    this.composer.element.hidden = menu;
    this.composer.toMenu.hidden = !this.hasMenu;
  }

  entered() {
    this.thread.toEnd();
  }

  clear() {
    this.thread.clear();
  }
}
