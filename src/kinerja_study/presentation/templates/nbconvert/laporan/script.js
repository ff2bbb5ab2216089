// Makes reading pleasant; nothing needs it. Evidence opens beside its sentence, Escape leads back,
// the contents follow the reader, and a link into something closed opens it.
"use strict";
(() => {
  const root = document.documentElement, words = document.body.dataset;
  root.classList.add("js");
  let origin = null; // the sentence whose evidence is open

  const mark = (claim) => claim && claim.querySelector("a.mark[href]");
  const target = (hash) => document.getElementById(decodeURIComponent(hash.slice(1)));
  const make = (name, text = "", properties = {}) => Object.assign(document.createElement(name), { textContent: text }, properties);
  const text = (claim) => {
    const copy = claim.cloneNode(true);
    for (const other of copy.querySelectorAll(".mark, [aria-hidden]")) other.remove();
    return copy.textContent.trim();
  };

  const reveal = (element) => {
    for (let box = element.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  };

  // Evidence -----------------------------------------------------------------------------------------------------
  const FACETS = [["groups", (quote) => quote.dataset.group || ""], ["codes", (quote) => quote.querySelector("code").textContent]];

  const addFilter = (panel) => {
    const quotes = [...panel.querySelectorAll(".q")];
    if (quotes.length < 9) return;
    const line = make("p", "", { className: "filter" });
    const chosen = [];
    for (const [name, value] of FACETS) {
      const values = [...new Set(quotes.map(value))].filter(Boolean).sort();
      if (values.length < 2) continue;
      const select = make("select", "", { ariaLabel: `${words.filter} ${words[name]}` });
      select.append(new Option(words[name], ""), ...values.map((one) => new Option(one, one)));
      chosen.push((quote) => !select.value || select.value === value(quote));
      line.append(select);
    }
    line.addEventListener("change", () => {
      for (const quote of quotes) quote.hidden = !chosen.every((fits) => fits(quote));
      for (const list of panel.querySelectorAll(".quotes")) list.hidden = list.previousElementSibling.hidden = !list.querySelector(".q:not([hidden])");
    });
    if (chosen.length) panel.prepend(line);
  };

  const addUses = (panel) => {
    const claims = [...document.querySelectorAll(`a.mark[href="#${CSS.escape(panel.id)}"]`)].map((link) => link.closest("[data-claim]"));
    if (claims.length < 2) return;
    const box = make("details", "", { className: "uses" });
    const list = make("ul");
    for (const claim of claims) list.append(make("li"));
    claims.forEach((claim, place) => list.children[place].append(make("a", text(claim), { href: `#${claim.id}` })));
    box.append(make("summary", `${words.used} ${claims.length} ${words.claims}`), list);
    panel.prepend(box);
  };

  const leave = () => {
    if (origin) origin.classList.remove("open");
    origin = null;
  };

  const open = (claim) => {
    const panel = target(mark(claim).hash);
    if (!panel) return;
    const box = panel.closest("details"), home = claim.closest(".para, td.verdict");
    leave();
    if (!panel.dataset.ready) {
      panel.dataset.ready = "yes";
      addFilter(panel);
      addUses(panel);
    }
    // Evidence that another sentence brought comes to the one that asks for it.
    if (home && !home.contains(box)) home.append(box);
    box.querySelector(".of").textContent = text(claim);
    for (const note of box.querySelectorAll(".others")) note.hidden = true;
    origin = claim;
    claim.classList.add("open");
    reveal(panel);
    panel.scrollTop = 0;
    panel.focus({ preventScroll: true });
    box.scrollIntoView({ block: "nearest" });
  };

  const close = () => {
    const back = mark(origin);
    const box = back && target(back.hash).closest("details");
    leave();
    if (box) box.open = false;
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
      if (box.open || !origin || !box.contains(target(mark(origin).hash))) return;
      const back = mark(origin);
      leave();
      if (box.contains(document.activeElement)) back.focus();
    });
  }

  // Links and contents -------------------------------------------------------------------------------------------
  const follow = () => {
    const element = location.hash && target(location.hash);
    if (!element) return;
    reveal(element);
    element.scrollIntoView();
  };
  addEventListener("hashchange", follow);
  follow();

  const links = [...document.querySelectorAll(".contents a")].filter((link) => target(link.hash));
  const chapter = new Map(); // of each entry: the entry of its chapter
  for (const link of links) chapter.set(link, link.parentElement.matches(".t2") ? link : chapter.get(links[links.indexOf(link) - 1]));

  const current = () => {
    let here = links[0];
    for (const link of links) if (target(link.hash).getBoundingClientRect().top < 140) here = link;
    if (!here || here.ariaCurrent) return;
    for (const link of links) {
      link.ariaCurrent = link === here ? "location" : null;
      link.parentElement.classList.toggle("near", chapter.get(link) === chapter.get(here));
    }
    const list = here.closest("nav"), shown = here.offsetParent ? here : chapter.get(here); // narrow: a row of chapters
    const place = shown.getBoundingClientRect();
    list.scrollLeft += place.left - (innerWidth - place.width) / 2;
    if (list.scrollHeight > list.clientHeight && (place.top < 0 || place.bottom > innerHeight)) list.scrollTop += place.top - innerHeight / 2;
  };
  let due = 0;
  const soon = () => {
    due = due || requestAnimationFrame(() => {
      due = 0;
      current();
    });
  };
  addEventListener("scroll", soon, { passive: true });
  current();

  // Only what can be scrolled is a stop for the keyboard ---------------------------------------------------------
  const measure = () => {
    for (const box of document.querySelectorAll(".scroll, pre")) box.tabIndex = box.scrollWidth > box.clientWidth ? 0 : -1;
  };
  addEventListener("resize", measure);
  document.addEventListener("toggle", measure, true);
  measure();

  // Where a browser cannot print what is closed, it is opened first ------------------------------------------------
  if (!CSS.supports("selector(::details-content)")) {
    addEventListener("beforeprint", () => {
      for (const box of document.querySelectorAll("details")) {
        box.removeAttribute("name");
        box.open = true;
      }
    });
  }
})();
