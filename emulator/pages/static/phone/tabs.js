/** The three quieter tabs: 通讯录 (the service account), 发现 (scan, mini-program), 我 (who this is). */

import { button, fill, icon, make } from "../shared/element.js";
import { accountFace, face } from "./faces.js";
import { go } from "./navigation.js";
import { tabbar } from "./tabbar.js";
import { telling } from "./toast.js";
import { titlebar } from "./titlebar.js";

class Tab {
  constructor(page, title) {
    this.list = make("div", { class: "cells" });
    this.element = make("section", { class: "view" }, titlebar(title), make("div", { class: "scroller" }, this.list), tabbar(page));
  }
}

function cell(picture, words, onclick, traits = {}) {
  return button([picture, make("span", { class: "cell-words" }, words), icon("next", "icon icon-small cell-next")], onclick, { class: "cell", ...traits });
}

export class Contacts extends Tab {
  constructor() {
    super("contacts", "通讯录");
  }

  update({ state }) {
    fill(this.list, [state.account, state.followed], () => state.followed
      ? cell(accountFace(), state.account.name, () => go("account"), { testid: "contact-account" })
      : make("p", { class: "empty" }, "还没有关注服务号"));
  }
}

export class Discover extends Tab {
  constructor(phone) {
    super("discover", "发现");
    this.list.append(
      cell(icon("scan", "icon icon-cell icon-blue"), "扫一扫", () => phone.scan(), { testid: "discover-scan" }),
      cell(icon("mini", "icon icon-cell icon-violet"), "小程序", () => telling(() => phone.enterMiniProgram("")), { testid: "discover-mini" }));
  }

  update() {}
}

export class Me extends Tab {
  constructor() {
    super("me", "我");
  }

  update({ state: { person } }) {
    fill(this.list, person, () => [
      make("div", { class: "me" }, face(person), make("span", { class: "me-words" },
        make("strong", {}, person.name),
        make("span", {}, [person.gender, person.age ? `${person.age} 岁` : null, person.phone_masked].filter(Boolean).join(" · ")))),
      make("a", { class: "cell", href: "/phone", testid: "other-person" },
        icon("people", "icon icon-cell icon-blue"), make("span", { class: "cell-words" }, "换一位患者"), icon("next", "icon icon-small cell-next")),
    ]);
  }
}
