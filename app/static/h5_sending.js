/*
 * How a patient page sends its forms: from within the page, so that without a network the page and what was typed stay.
 *
 * The request carries X-Suihu-Sent; the server then names where to go on in X-Suihu-Go instead of redirecting
 * (app/http/sending.py), so the browser itself opens that page. A page that comes back (something does not fit) is drawn in place.
 * Answers that htmx sends one by one stay with htmx. Without scripts every form still posts plainly.
 */
(function () {
  "use strict";

  const PATIENCE_MS = 20000;
  const NO_NETWORK = "没有网络，您填的还在，连上后再按一次。";
  const NO_NETWORK_LINK = "没有网络，这一页先留着，连上后再点。";
  const NO_NETWORK_ANSWER = "没有网络，您填的还在。连上后接着填，最后一起存。";
  const SERVER_BUSY = "暂时没有存上，您填的还在，请等一分钟再按一次。";

  /* ---- what is said stands beside the button, or above the bar at the bottom, which is always in sight ---- */

  function hush() { document.querySelectorAll("[data-said]").forEach((line) => line.remove()); }

  function say(words, near) {
    hush();
    const line = document.createElement("p");
    line.className = "h5-said";
    line.setAttribute("role", "alert");
    line.setAttribute("data-said", "");
    line.textContent = words;
    const bottom = document.querySelector(".h5-bottom");
    if (near && near.closest(".h5-main")) { near.after(line); line.scrollIntoView({ block: "center" }); }
    else bottom.prepend(line);
  }

  /* ---- sending ---- */

  function fieldsOf(form, submitter) {
    const fields = new URLSearchParams(new FormData(form));
    if (submitter && submitter.name) fields.append(submitter.name, submitter.value);
    return fields;
  }

  async function post(url, fields) {
    const impatience = new AbortController();
    const timer = setTimeout(() => impatience.abort(), PATIENCE_MS);
    try {
      const answer = await fetch(url, {
        method: "POST", body: fields, credentials: "same-origin", signal: impatience.signal,
        headers: { "X-Suihu-Sent": "page", Accept: "text/html" },
      });
      return { answer, text: await answer.text() };
    } catch (unreached) {
      if (unreached instanceof TypeError || unreached.name === "AbortError") return null;
      throw unreached;
    } finally {
      clearTimeout(timer);
    }
  }

  function goOn(address) {
    const url = new URL(address, window.location.href);
    const here = window.location;
    const samePage = url.origin === here.origin && url.pathname === here.pathname && url.search === here.search;
    here.assign(url.href);
    // An address that differs in nothing but its place on the page would not be asked for again.
    if (samePage && url.hash) here.reload();
  }

  function draw(text) {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    document.title = fresh.title;
    document.documentElement.classList.toggle("large-type", fresh.documentElement.classList.contains("large-type"));
    const known = new Set(Array.from(document.querySelectorAll("link[rel=stylesheet]"), (link) => link.href));
    fresh.head.querySelectorAll("link[rel=stylesheet]").forEach((link) => { if (!known.has(link.href)) document.head.append(link); });
    document.body.className = fresh.body.className;
    document.body.replaceChildren(...fresh.body.childNodes);
    window.htmx.process(document.body);
    window.scrollTo(0, 0);
    document.dispatchEvent(new CustomEvent("suihu:drawn"));
  }

  const retryLater = (status) => status === 429 || status >= 500;

  async function send(form, submitter) {
    hush();
    const came = await post(form.action, fieldsOf(form, submitter));
    const go = came && came.answer.headers.get("X-Suihu-Go");
    if (go) { goOn(go); return; }
    form.dispatchEvent(new CustomEvent("suihu:answered", { bubbles: true }));
    if (!came) say(NO_NETWORK, submitter);
    else if (retryLater(came.answer.status)) say(SERVER_BUSY, submitter);
    else draw(came.text);
  }

  let pressed = null;
  document.addEventListener("click", function (event) { pressed = event.target.closest("button, input[type=submit]"); }, true);

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
    event.preventDefault();
    send(form, event.submitter || (pressed && pressed.form === form ? pressed : form.querySelector("[type=submit]")));
  });

  /* ---- answers that htmx sends one by one, and links ---- */

  document.addEventListener("suihu:unreachable", function (event) {
    event.preventDefault();
    say(NO_NETWORK_ANSWER);
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.successful) hush();
  });

  document.addEventListener("click", function (event) {
    const link = event.target.closest("a[href]");
    if (!link || navigator.onLine || link.protocol !== window.location.protocol || link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    say(NO_NETWORK_LINK);
  });
})();
