/** A link opened inside the phone: WeChat's title bar above, the page of another origin below. */

import { button, icon, make } from "../shared/element.js";

const SLOW_MS = 12000;
const RIGHTS = "allow-scripts allow-same-origin allow-forms allow-modals allow-downloads allow-popups allow-top-navigation-to-custom-protocols";

export class Webview {
  /** `target` is {url, title: text or null, miniprogram: boolean}; `closed()` runs once, after the layer is gone. */
  constructor(target, closed) {
    this.target = target;
    this.closed = closed;
    this.name = make("h1", { class: "titlebar-name", testid: "webview-title" }, target.title ?? "");
    this.bar = make("div", { class: "webview-progress" });
    this.problem = make("div", { class: "webview-problem", role: "alert", hidden: true });
    this.frame = make("iframe", { class: "webview-frame", testid: "webview-frame", title: "打开的网页", sandbox: RIGHTS, allow: "camera; microphone; geolocation" });
    this.frame.addEventListener("load", () => this.settled());
    this.element = make("section", { class: target.miniprogram ? "webview webview-mini" : "webview", role: "dialog", "aria-label": "网页" },
      target.miniprogram ? this.miniBar() : this.pageBar(), this.bar, this.frame, this.problem);
    this.element.addEventListener("keydown", (event) => { if (event.key === "Escape") this.close(); });
    this.load();
  }

  pageBar() {
    return make("header", { class: "titlebar" },
      make("span", { class: "titlebar-side" }, this.closer(icon("close"), "bar-button")),
      this.name,
      make("span", { class: "titlebar-side titlebar-right" },
        button(icon("more"), () => this.load(), { class: "bar-button", "aria-label": "刷新", title: "刷新", testid: "webview-reload" })));
  }

  miniBar() {
    return make("header", { class: "titlebar titlebar-mini" }, make("span", { class: "titlebar-side" }), this.name,
      make("span", { class: "capsule" },
        button(icon("more"), () => this.load(), { class: "capsule-button", "aria-label": "重新进入小程序", title: "重新进入小程序", testid: "webview-reload" }),
        this.closer(icon("target"), "capsule-button")));
  }

  closer(picture, kind) {
    return button(picture, () => this.close(), { class: kind, "aria-label": "关闭", testid: "webview-close" });
  }

  load() {
    this.element.classList.add("webview-loading");
    this.problem.hidden = true;
    this.frame.src = this.target.url;
    clearTimeout(this.slow);
    this.slow = setTimeout(() => this.fail("网页打开得很慢，可以再试一次"), SLOW_MS);
    this.probe();
  }

  /** A frame of another origin does not say that it failed, so ask its server whether it is there at all. */
  async probe() {
    const { origin, protocol } = new URL(this.target.url, location.href);
    if (!/^https?:$/.test(protocol)) return this.fail("这个链接不能在微信里打开");
    return fetch(`${origin}/robots.txt`, { method: "HEAD", mode: "no-cors", cache: "no-store" })
      .catch(() => this.fail("网页打不开：对方的服务器没有回应"));
  }

  settled() {
    clearTimeout(this.slow);
    this.element.classList.remove("webview-loading");
    // Readable for the platform's own pages only, such as an article; others call setTitle.
    const title = this.frame.contentDocument?.title;
    this.rename(title || this.name.textContent || hostOf(this.target.url));
  }

  fail(words) {
    this.settled();
    this.problem.replaceChildren(make("p", {}, words), make("p", { class: "faint" }, this.target.url),
      button("再试一次", () => this.load(), { class: "quiet", testid: "webview-retry" }));
    this.problem.hidden = false;
  }

  rename(title) {
    this.name.textContent = title;
  }

  close() {
    clearTimeout(this.slow);
    this.element.remove();
    this.closed(this);
  }
}

function hostOf(url) {
  return new URL(url, location.href).host;
}
