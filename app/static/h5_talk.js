/*
 * The patient's talk scrolls with the page. It shows its newest line above the composer: from its start when it is longer than the
 * room there is, so that the first words of an emergency answer are never above the screen. Who reads back is left where she reads.
 */
(function () {
  "use strict";

  const NEAR = 120;
  let follows = true;

  function newest() {
    const lines = document.querySelectorAll("[data-talk] .hm-line");
    return lines[lines.length - 1];
  }

  function room() {
    return window.innerHeight - document.querySelector(".h5-bottom").offsetHeight;
  }

  function showNewest() {
    const line = newest();
    if (!line || !follows) return;
    const place = line.getBoundingClientRect();
    const longer = place.height > room() - 32;
    window.scrollBy(0, longer ? place.top - 16 : Math.max(0, place.bottom - room() + 16));
  }

  window.addEventListener("scroll", function () {
    const line = newest();
    if (line) follows = line.getBoundingClientRect().top < room() + NEAR;
  }, { passive: true });

  document.addEventListener("htmx:afterSwap", showNewest);
  /* A picture is taller once it has come. */
  document.addEventListener("load", function (event) { if (event.target.tagName === "IMG") showNewest(); }, true);
  document.addEventListener("suihu:drawn", showNewest);
  history.scrollRestoration = "manual";
  showNewest();
})();
