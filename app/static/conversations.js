/* The inbox by keyboard (j, k, Enter, r); what is being written outlives a look at another page, in this tab only; and a text that
   did not go out comes back to an empty composer by itself. */
(function () {
  "use strict";

  const returned = new Set();

  function typing(target) {
    return target.closest("input, textarea, select, [contenteditable]") !== null;
  }

  function move(step) {
    const rows = Array.from(document.querySelectorAll("[data-row]"));
    if (!rows.length) return;
    const here = rows.indexOf(document.activeElement.closest("[data-row]"));
    const from = here >= 0 ? here : rows.findIndex((row) => row.classList.contains("cv-here"));
    rows[Math.min(rows.length - 1, Math.max(0, from + step))].focus();
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "r") {
      const composer = document.querySelector("[data-composer]");
      if (!composer) return;
      event.preventDefault();
      composer.focus();
    }
  });

  /* What is being written stays with the tab until it is sent, or its writer signs out (app.js). */
  function draftOf(composer) { return "draft:" + composer.dataset.draft; }

  document.addEventListener("input", function (event) {
    if (!event.target.matches("[data-composer]")) return;
    if (event.target.value) sessionStorage.setItem(draftOf(event.target), event.target.value);
    else sessionStorage.removeItem(draftOf(event.target));
  });

  document.addEventListener("line-written", function () {
    const composer = document.querySelector("[data-composer]");
    if (composer) sessionStorage.removeItem(draftOf(composer));
  });

  const opened = document.querySelector("[data-composer]");
  if (opened && !opened.value) opened.value = sessionStorage.getItem(draftOf(opened)) || "";

  /* The list is drawn again while somebody stands in it: they keep their place. */
  let place = null;
  document.addEventListener("htmx:beforeSwap", function (event) {
    const row = document.activeElement.closest("[data-row]");
    place = row && event.detail.target.contains(row) ? row.getAttribute("href") : null;
  });

  document.addEventListener("htmx:afterSettle", function (event) {
    if (place) {
      const again = document.querySelector('[data-row][href="' + place + '"]');
      if (again) again.focus();
      place = null;
    }
    const lost = event.detail.target.querySelector("[data-return-now]");
    const composer = document.querySelector("[data-composer]");
    if (!lost || !composer || composer.value.trim() || returned.has(lost.dataset.return)) return;
    returned.add(lost.dataset.return);
    lost.click();
  });
})();
