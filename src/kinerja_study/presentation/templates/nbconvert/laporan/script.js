// Makes reading pleasant; nothing needs it. Evidence opens beside its sentence, Escape leads back,
// the contents follow the reader, and a link into something closed opens it.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  let origin = null; // the sentence whose evidence is open

  const mark = (claim) => claim && claim.querySelector("a.mark");
  const target = (hash) => document.getElementById(decodeURIComponent(hash.slice(1)));

  const reveal = (element) => {
    for (let box = element.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  };

  const leave = () => {
    if (origin) origin.classList.remove("open");
    origin = null;
  };

  const filter = (panel) => {
    const quotes = [...panel.querySelectorAll(".q[data-group]")];
    const groups = [...new Set(quotes.map((quote) => quote.dataset.group))];
    if (quotes.length < 9 || groups.length < 2 || panel.querySelector("select")) return;
    const label = document.createElement("label");
    const select = document.createElement("select");
    select.append(new Option(document.body.dataset.all, ""), ...groups.map((group) => new Option(group, group)));
    select.addEventListener("change", () => {
      for (const quote of quotes) quote.hidden = select.value !== "" && quote.dataset.group !== select.value;
    });
    label.append(document.body.dataset.filter, " ", select);
    panel.prepend(label);
  };

  const open = (claim) => {
    const panel = target(mark(claim).hash);
    if (!panel) return;
    leave();
    origin = claim;
    claim.classList.add("open");
    filter(panel);
    reveal(panel);
    panel.scrollTop = 0;
    panel.focus({ preventScroll: true });
    panel.parentElement.scrollIntoView({ block: "nearest" });
  };

  const close = () => {
    const back = mark(origin);
    const panel = back && target(back.hash).closest("details");
    leave();
    if (panel) panel.open = false;
    if (back) back.focus();
  };

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const claim = event.target.closest("[data-claim]");
    const link = event.target.closest("a");
    if (!mark(claim) || (link && link !== mark(claim)) || String(getSelection())) return;
    event.preventDefault();
    if (claim === origin) close();
    else open(claim);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && origin) close();
  });

  for (const box of document.querySelectorAll("details.evidence")) {
    const summary = box.querySelector("summary");
    summary.tabIndex = -1; // its mark leads there
    box.addEventListener("toggle", () => {
      summary.tabIndex = box.open ? 0 : -1;
      if (!box.open && origin && box.contains(target(mark(origin).hash))) leave();
    });
  }

  const follow = () => {
    const element = location.hash && target(location.hash);
    if (!element) return;
    reveal(element);
    element.scrollIntoView();
  };
  addEventListener("hashchange", follow);
  follow();

  const links = [...document.querySelectorAll(".contents a")].filter((link) => target(link.hash));
  const current = () => {
    let here = links[0];
    for (const link of links) if (target(link.hash).getBoundingClientRect().top < innerHeight / 3) here = link;
    for (const link of links) {
      if (link === here) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    const list = here.closest("nav");
    const place = here.getBoundingClientRect();
    if (list.scrollHeight > list.clientHeight && (place.top < 0 || place.bottom > innerHeight)) list.scrollTop += place.top - innerHeight / 2;
  };
  if (links.length) {
    const watch = new IntersectionObserver(current, { rootMargin: "0px 0px -66% 0px", threshold: [0, 1] });
    for (const link of links) watch.observe(target(link.hash));
    current();
  }
})();
