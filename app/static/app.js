/* Talking to our own server: the CSRF header, ETag polling, and what a person is told when it fails. No page may run its own script. */
(function () {
  "use strict";

  const etags = new WeakMap();

  function csrfToken() {
    const meta = document.querySelector('meta[name="csrf-token"]');
    return meta ? meta.content : "";
  }

  function show(templateId) {
    const template = document.getElementById(templateId);
    const place = document.getElementById("notices");
    if (!template || !place) return;
    place.replaceChildren(template.content.cloneNode(true));
    place.scrollIntoView({ block: "nearest" });
  }

  let underWay = 0;
  function loading(change) {
    underWay = Math.max(0, underWay + change);
    document.body.classList.toggle("sh-loading", underWay > 0);
  }

  document.addEventListener("htmx:configRequest", function (event) {
    const { elt, headers, verb } = event.detail;
    if (verb !== "get") headers["X-CSRFToken"] = csrfToken();
    // Our own If-None-Match makes the browser hand the 304 through, so an unchanged part is not drawn again.
    if (elt.hasAttribute("data-poll") && etags.has(elt)) headers["If-None-Match"] = etags.get(elt);
  });

  document.addEventListener("htmx:beforeRequest", function (event) {
    const polling = event.detail.elt.hasAttribute("data-poll");
    if (polling && document.hidden) event.preventDefault();
    else if (!polling) loading(+1);
  });

  document.addEventListener("htmx:afterRequest", function (event) {
    const { elt, xhr, successful } = event.detail;
    if (!elt.hasAttribute("data-poll")) { loading(-1); return; }
    if (!xhr || !successful) return;
    const etag = xhr.getResponseHeader("ETag");
    if (etag) etags.set(elt, etag);
  });

  document.addEventListener("htmx:beforeSwap", function (event) {
    const { xhr, elt, target } = event.detail;
    const wholePage = /^\s*<(!doctype|html)/i.test(xhr.responseText);
    // A part was asked for and a page came: the sign-in page, where an expired session is sent.
    if (xhr.status < 400 && wholePage && target !== document.body) {
      event.detail.shouldSwap = false;
      show("session-notice");
    }
    if (xhr.status < 400) return;
    if (xhr.status === 409 || xhr.status === 422) return;
    // A missed poll is retried in two seconds: no reason to alarm anybody. A lost login is.
    if (elt.hasAttribute("data-poll") && xhr.status !== 401) { event.detail.shouldSwap = false; return; }
    // A whole page, or a proxy's bare words, do not belong inside this one.
    if (!/^\s*<div class="sh-notice/.test(xhr.responseText)) {
      event.detail.shouldSwap = false;
      show("failure-notice");
    }
  });

  /* A tap made while the tap before it is under way stays as it was made: htmx sends it next, and only its answer is drawn. */
  const touches = new WeakMap();
  const sentAfter = new WeakMap();
  document.addEventListener("input", function (event) {
    const part = event.target.closest("[hx-post]");
    if (part) touches.set(part, (touches.get(part) || 0) + 1);
  }, true);
  document.addEventListener("htmx:beforeSend", function (event) {
    sentAfter.set(event.detail.xhr, touches.get(event.detail.elt));
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    const { xhr, elt, target } = event.detail;
    if (elt === target && touches.has(elt) && sentAfter.get(xhr) !== touches.get(elt)) event.detail.swapOverride = "none";
  });

  /* Of two answers under way the older may arrive last: what it says of the whole page is no longer true. */
  document.addEventListener("htmx:oobBeforeSwap", function (event) {
    const fresh = event.detail.fragment.querySelector("[data-newer]");
    const shown = event.detail.target.dataset.newer;
    if (fresh && shown !== undefined && Number(fresh.dataset.newer) < Number(shown)) event.detail.shouldSwap = false;
  });

  /* Who signs out leaves nothing half-written to the next one at this computer. */
  document.addEventListener("submit", function (event) {
    if (!event.target.matches("[data-sign-out]")) return;
    Object.keys(sessionStorage).filter((key) => key.startsWith("draft:")).forEach((key) => sessionStorage.removeItem(key));
  });

  function unreachable(event) {
    const { elt } = event.detail;
    if (elt.hasAttribute("data-poll")) return;
    // A page may say it nearer to the hand (h5_sending.js); who does, takes the event.
    if (elt.dispatchEvent(new CustomEvent("suihu:unreachable", { bubbles: true, cancelable: true }))) show("offline-notice");
  }
  document.addEventListener("htmx:sendError", unreachable);
  document.addEventListener("htmx:timeout", unreachable);

  /* What was pressed may go with the part it stood in: the keyboard goes on from there, not from the top of the page. */
  const STOPS = "a[href], button, summary, input:not([type=hidden]), select, textarea";
  let pressed = null;
  document.addEventListener("htmx:beforeRequest", function (event) {
    const { elt, target, xhr, requestConfig } = event.detail;
    if (!requestConfig.triggeringEvent || !target.contains(elt)) return;
    pressed = { xhr, id: document.activeElement.id, part: target.id };
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    if (!pressed || pressed.xhr !== event.detail.xhr) return;
    const { id, part } = pressed;
    pressed = null;
    if (document.activeElement !== document.body) return;
    const place = document.getElementById(part);
    const next = document.getElementById(id) || (place && place.querySelector(STOPS));
    if (next) next.focus({ preventScroll: true });
  });

  document.addEventListener("htmx:afterSettle", function (event) {
    const wrong = event.detail.target.querySelector('[aria-invalid="true"]');
    if (wrong) wrong.focus();
  });
})();
