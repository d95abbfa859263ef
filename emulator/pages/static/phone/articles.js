/** Article cards: one with a large picture, several as a list, and a mini-program's card. */

import { button, icon, make } from "../shared/element.js";

export function articleCard(message, phone) {
  const [first, ...others] = message.articles;
  if (others.length === 0) return single(message, first, phone);
  return make("div", { class: "card card-news", testid: `card-${message.id}` },
    cover(message, first, 0, phone), others.map((article, index) => row(message, article, index + 1, phone)));
}

function single(message, article, phone) {
  return button([
    picture(article, "news-cover"),
    make("span", { class: "news-title" }, article.title),
    article.description && make("span", { class: "news-words" }, article.description),
  ], () => phone.tap(message, 0), { class: "card card-news", testid: `card-${message.id}` });
}

function cover(message, article, index, phone) {
  return button([picture(article, "news-cover"), make("span", { class: "news-over" }, article.title)],
    () => phone.tap(message, index), { class: "news-top" });
}

function row(message, article, index, phone) {
  return button([make("span", {}, article.title), picture(article, "news-thumb")],
    () => phone.tap(message, index), { class: "news-row" });
}

function picture(article, kind) {
  return article.picture
    ? make("img", { class: kind, src: article.picture, alt: "" })
    : make("span", { class: `${kind} news-blank`, "aria-hidden": "true" }, icon("hospital", "news-mark"));
}

export function miniProgramCard(message, phone) {
  return button([
    make("span", { class: "mini-name" }, icon("wechat-mini", "mini-mark"), message.source ?? phone.account().name),
    make("span", { class: "mini-title" }, message.title),
    picture({ picture: message.thumb_url }, "mini-cover"),
    make("span", { class: "mini-foot" }, icon("mini", "icon icon-small"), "小程序"),
  ], () => phone.tap(message), { class: "card card-mini", testid: `card-${message.id}` });
}
