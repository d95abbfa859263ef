/** Which of WeChat's pages is open. It lives in the address (#chat), so reload and Back do what one expects. */

const PAGES = ["chats", "contacts", "discover", "me", "chat", "notices", "account"];

export function currentPage() {
  const name = location.hash.slice(1);
  return PAGES.includes(name) ? name : "chats";
}

export function go(page) {
  location.hash = page;
}

export function onMove(listener) {
  addEventListener("hashchange", () => listener(currentPage()));
}
