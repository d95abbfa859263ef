/** The page on which a person picks a demo patient. */

import { ask } from "../shared/ask.js";
import { fill, make } from "../shared/element.js";
import { keepAsking } from "../shared/poll.js";
import { face } from "./faces.js";

const list = document.getElementById("people");
const problem = document.getElementById("problem");

function card(person) {
  return make("li", {}, make("a", { class: "person", href: `/phone/${encodeURIComponent(person.id)}`, testid: `person-${person.id}` },
    face(person, person.unread),
    make("span", { class: "person-words" },
      make("strong", {}, person.name),
      make("span", {}, [person.gender, person.age ? `${person.age} 岁` : null].filter(Boolean).join(" · ")),
      make("span", {}, person.phone_masked ?? "")),
    make("span", { class: person.followed ? "tag tag-on" : "tag" }, person.followed ? "已关注" : "未关注")));
}

async function show() {
  const { people } = await ask("/phone/api/people");
  list.removeAttribute("aria-busy");
  fill(list, people, () => people.map(card));
}

keepAsking(show, 3000, (trouble) => {
  problem.hidden = trouble === null;
  if (trouble !== null) problem.textContent = trouble.message;
});
