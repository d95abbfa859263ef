/** Building blocks of a page. One law: text is never read as HTML. */

/** `make("p", {class: "x", testid: "y", onclick: act}, "text", child)`; null and false children are left out. */
export function make(tag, traits = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(traits)) dress(element, name, value);
  element.append(...present(children));
  return element;
}

function dress(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "testid") element.dataset.testid = value;
  else element.setAttribute(name, value === true ? "" : value);
}

function present(children) {
  return children.flat().filter((child) => child !== null && child !== undefined && child !== false);
}

/** A picture from the sprite in icons.html. */
export function icon(name, kind = "icon") {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  picture.setAttribute("class", kind);
  picture.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#i-${name}`);
  picture.append(use);
  return picture;
}

export function button(label, onclick, traits = {}) {
  return make("button", { type: "button", onclick, ...traits }, label);
}

/** Replace what `parent` holds, but only when `key` differs from last time: no flicker, no lost focus. */
export function fill(parent, key, children) {
  const mark = JSON.stringify(key);
  if (parent.dataset.mark === mark) return false;
  parent.dataset.mark = mark;
  parent.replaceChildren(...present([children()]));
  return true;
}
