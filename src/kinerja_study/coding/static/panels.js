/* The panels beside the transcript: search in the texts, memos, and the evidence as it grows. */

class Search {
  constructor(room) {
    this.room = room;
    this.input = h("input", { type: "search", required: true });
    this.found = h("ol", { class: "kr-hits" });
    this.count = h("p", { class: "kr-hint" });
    this.node = h("div", {}, h("form", { class: "kr-form", onsubmit: (event) => { event.preventDefault(); this.look(); } },
      field(room.say("search.texts"), this.input), h("div", { class: "kr-acts" }, h("button", { type: "submit", class: "kr-main" }, room.say("search")))), this.count, this.found);
  }

  draw() {}

  async look() {
    const { room } = this;
    const found = await room.ask("find", { words: this.input.value });
    if (!found) return;
    const { hits, more } = found;
    this.count.textContent = room.say(more ? "search.more" : "search.found", { count: hits.length });
    room.announce(this.count.textContent);
    fill(this.found, ...hits.map((hit) => h("li", {}, h("button", { type: "button", onclick: () => room.go(hit) },
      h("strong", {}, hit.document), " ", hit.before, h("mark", {}, hit.quote), hit.after))));
  }
}

class Memos {
  constructor(room) {
    this.room = room;
    this.work = h("div");
    this.body = h("ul", { class: "kr-memos" });
    this.node = h("div", {}, h("div", { class: "kr-acts" }, ["study", "document", "coding"].map((about) =>
      button(room.say(`memo.${about}`), () => this.write(about)))), this.work, this.body);
  }

  draw() {
    const { room } = this;
    fill(this.body, ...(room.state.memos ?? []).map((memo) => h("li", {},
      h("p", { class: "kr-hint" }, h("strong", {}, room.say(`memo.${memo.about}`), " ", memo.target), ` · ${room.say(`heading.${memo.heading}`)} · ${memo.coder} · ${memo.date}`),
      h("p", {}, memo.text))));
    if (!this.body.children.length) fill(this.body, h("li", { class: "kr-hint" }, room.say("memo.none")));
  }

  write(about, target = null) {
    const { room } = this;
    room.open("memos");
    const chosen = room.transcript.codings?.get(room.transcript.chosen);
    if (about === "coding" && !chosen) return room.complain(room.say("memo.choose"));
    const at = target ?? { study: "", document: room.transcript.id, coding: chosen && `${room.transcript.id}:${chosen.start}-${chosen.end}:${chosen.code}:${chosen.coder}` }[about];
    const headings = ["raw_data", "reduction", "synthesis", "process", "intentions", "instrument"].map((key) => [key, room.say(`heading.${key}`)]);
    const done = async (values) => {
      if (await room.act({ do: "memo", about, target: at, ...values })) fill(this.work);
    };
    fill(this.work, h("section", { class: "kr-work" }, h("h3", {}, room.say(`memo.${about}`), " ", at), form({
      heading: field(room.say("heading"), choice(headings, { study: "process", coding: "reduction", code: "instrument", document: "raw_data" }[about])),
      text: field(room.say("memo.text"), h("textarea", { rows: 4, required: true })),
    }, room.say("save"), done, () => fill(this.work), room.say("close"))));
    return this.work.querySelector("textarea").focus();
  }
}

class Evidence {
  constructor(room) {
    this.room = room;
    this.body = h("div");
    this.node = h("div", {}, h("p", { class: "kr-hint" }, room.say("evidence.hint")), this.body,
      h("div", { class: "kr-acts" }, button(room.say("run"), () => this.run(), { class: "kr-main" })), h("div", { class: "kr-run", role: "status" }));
  }

  async draw() {
    const { room } = this;
    const { say } = room;
    if (room.tab !== "evidence") return;
    const coder = this.coder ?? room.state.coder;
    const found = await room.call("evidence", { coder }).catch((error) => ({ error: error.message }));
    if (found.error) {
      fill(this.body, h("p", { class: "kr-hint" }, found.error));
      return;
    }
    const labels = new Map(room.state.foci.map((focus) => [focus.id, focus.label]));
    const before = this.before?.coder === coder ? this.before.cases : null;
    const whose = choice(room.state.coders.map((each) => [each, each]), coder, { onchange: (event) => { this.coder = event.target.value; this.draw(); } });
    fill(this.body, field(say("evidence.whose"), whose, found.in_force === coder ? say("evidence.in_force") : say("evidence.not_in_force", { coder: found.in_force })),
      h("table", {}, h("thead", {}, h("tr", {}, ["focus", "evidence.cases", "evidence.informants", "evidence.level"].map((name) => h("th", { scope: "col" }, say(name))))),
        h("tbody", {}, found.foci.map((focus) => {
          const grown = before && before[focus.id] !== focus.cases ? focus.cases - before[focus.id] : 0;
          return h("tr", { class: grown ? "kr-grown" : "" }, h("th", { scope: "row" }, labels.get(focus.id)), h("td", {}, focus.cases, grown !== 0 && ` (${signed(grown)})`),
            h("td", {}, focus.informants), h("td", {}, this.level(focus)));
        }))), found.records && h("p", { class: "kr-hint" }, say("evidence.records")));
    if (!before) this.before = { coder, cases: Object.fromEntries(found.foci.map((focus) => [focus.id, focus.cases])) };
  }

  level(focus) {
    const { say } = this.room;
    if (focus.kind !== "rated") return say("evidence.listed");
    if (focus.label) return [focus.label, this.scale(focus)];
    const needed = { informants: focus.minimum_informants, groups: focus.minimum_groups };
    return say("evidence.lacking", { what: focus.lacking.map((rule) => say(`lacking.${rule}`, { needed: needed[rule] ?? "" })).join("; ") });
  }

  scale(focus) {
    if (focus.score === null || focus.score === undefined) return null;
    const at = h("span", { class: "kr-at" });
    at.style.left = `${((focus.score - 20) / 80) * 100}%`;
    return h("div", { class: "kr-scale", role: "img", "aria-label": this.room.say("evidence.score", { score: focus.score.toLocaleString(this.room.language, { maximumFractionDigits: 1 }) }) }, at);
  }

  /** Check the study and run its notebooks; then open the report. */
  async run() {
    const { room } = this;
    const box = this.node.querySelector(".kr-run");
    fill(box, h("p", {}, room.say("run.working")));
    const told = await room.ask("run", {}, 0);
    fill(box);
    if (!told) return;
    const { ok, said } = told;
    room.announce(room.say(ok ? "run.done" : "run.failed"));
    fill(box, h("p", {}, room.say(ok ? "run.done" : "run.failed")), said && h("pre", { tabindex: "0" }, said),
      ok && h("p", {}, button(room.say("report.open"), () => this.report(), { class: "kr-main" })), this.link = h("p"));
  }

  async report() {
    const found = await this.room.ask("report");
    if (!found) return;
    const { path, page } = found;
    URL.revokeObjectURL(this.address);
    this.address = URL.createObjectURL(new Blob([page], { type: "text/html" }));
    const link = h("a", { href: this.address, target: "_blank", rel: "noopener" }, this.room.say("report.link", { path }));
    fill(this.link, link);
    link.click();
  }
}
