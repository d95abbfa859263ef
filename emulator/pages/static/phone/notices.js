/** 服务通知: where WeChat collects the subscription messages of mini-programs. */

import { make } from "../shared/element.js";
import { Thread } from "./thread.js";
import { titlebar } from "./titlebar.js";

export class Notices {
  constructor(phone) {
    this.thread = new Thread("notices", phone);
    this.element = make("section", { class: "view" }, titlebar("服务通知", { back: "chats" }), this.thread.element);
  }

  update(mailbox) {
    this.thread.update(mailbox);
  }

  entered() {
    this.thread.toEnd();
  }

  clear() {
    this.thread.clear();
  }
}
