/* The room: its parts in one frame, the talk with the kernel, what all parts ask for. */

class Room {
  constructor(model, el) {
    this.model = model;
    this.language = model.get("language");
    this.text = model.get("words");
    this.waiting = new Map();
    this.me = Math.random().toString(36).slice(2);
    this.asked = 0;
    this.recent = [];
    this.filter = { code: "", coder: "mine", group: "" };
    this.tab = "codes";
    this.root = h("section", { class: "kr-room", "aria-label": this.say("room"), "data-lm-suppress-shortcuts": "true", lang: this.language });
    for (const kind of ["keydown", "keypress", "keyup"]) this.root.addEventListener(kind, (event) => this.onKey(event));
    for (const kind of ["mousedown", "dblclick", "contextmenu"]) this.root.addEventListener(kind, (event) => event.stopPropagation());
    // Ctrl+Z in a text that one is typing is the browser's own.
    this.root.addEventListener("input", (event) => {
      if (event.target.matches("textarea, input:not([type=radio], [type=checkbox])")) event.target.dataset.typed = "";
    });
    this.live = h("div", { class: "kr-unseen", role: "status", "aria-live": "polite" });
    this.alert = h("div", { class: "kr-alert", role: "alert" });
    el.append(this.root);
    this.onMessage = (message, buffers) => this.hear(message, buffers);
    model.on("msg:custom", this.onMessage);
    this.theme();
    this.start();
  }

  say = (key, values = {}) => (this.text[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

  close() {
    this.closed = true;
    this.model.off("msg:custom", this.onMessage);
    this.themes?.disconnect();
    this.system.removeEventListener("change", this.onTheme);
    for (const { timer } of this.waiting.values()) clearTimeout(timer);
    this.leave();
  }

  leave() {
    this.transcript?.close();
    this.transcript = null;
    this.narrow?.disconnect();
    clearInterval(this.watch);
    fill(this.alert);
  }

  /** Light or dark, as the program around says, else as the system does. */
  theme() {
    this.system = matchMedia("(prefers-color-scheme: dark)");
    this.onTheme = () => {
      const told = document.body.dataset.jpThemeLight ?? (document.body.dataset.vscodeThemeKind && String(!/dark|black/.test(document.body.dataset.vscodeThemeKind)));
      const light = told ? told === "true" : !this.system.matches;
      this.root.dataset.theme = light ? "light" : "dark";
    };
    this.themes = new MutationObserver(this.onTheme);
    this.themes.observe(document.body, { attributeFilter: ["data-jp-theme-light", "data-vscode-theme-kind"] });
    this.system.addEventListener("change", this.onTheme);
    this.onTheme();
  }

  /* The kernel ------------------------------------------------------------------------------------------------- */

  /** Ask the kernel; what it changes is heard by every window, what it answers by the one that asked. */
  call(name, args = {}, patience = 10000, sent = []) {
    const id = `${this.me}-${(this.asked += 1)}`;
    return new Promise((resolve, reject) => {
      const timer = patience && setTimeout(() => {
        this.waiting.delete(id);
        this.complain(this.say("kernel.silent"), true);
        reject(new Error(this.say("kernel.silent")));
      }, patience);
      this.waiting.set(id, { resolve, reject, timer });
      this.model.send({ id, call: name, ...args }, undefined, sent);
    });
  }

  /** Ask, and say what went wrong; then there is no answer. */
  ask(name, args, patience, sent) {
    return this.call(name, args, patience, sent).catch((error) => this.complain(error.message));
  }

  hear(message, buffers) {
    if (message.changes) this.take(message.changes);
    const asked = this.waiting.get(message.id);
    if (!asked) return;
    this.waiting.delete(message.id);
    clearTimeout(asked.timer);
    if (message.error) asked.reject(Object.assign(new Error(message.error), { told: true }));
    else asked.resolve(buffers?.length ? { ...message.result, page: buffers[0] } : message.result);
  }

  /** Do an act; true when it was done. */
  async act(act) {
    try {
      const asked = this.call("do", { act });
      this.pending = asked.catch(() => {});
      const { key } = await asked;
      this.quiet();
      const code = act.code ?? this.transcript.codings.get(act.key)?.code ?? "";
      if (["code", "change", "take"].includes(act.do) && code) this.recent = [code, ...this.recent.filter((other) => other !== code)].slice(0, 9);
      // Words that are selected wait while a code is made for them.
      if (!this.form.span || ["code", "change", "take"].includes(act.do)) this.form.close();
      this.announce(this.say(`did.${act.do}`, { code }));
      if (act.do === "code" || act.do === "take") {
        this.transcript.collapse();
        this.focusText();
        this.see(this.transcript.node);
      }
      if (act.do === "change" && key) this.transcript.choose(key);
      return true;
    } catch (error) {
      this.complain(error.message);
      return false;
    }
  }

  remove(key) {
    const coding = this.transcript.codings.get(key);
    if (!coding || !this.state.writable) return;
    if (coding.coder === this.state.coder) this.act({ do: "delete", key }).then(() => this.focusText());
    else if (coding.suggestion) this.act({ do: "refuse", key });
  }

  async back(which) {
    // What can be taken back is known when the act before it has been answered.
    await this.pending;
    const told = this.state[`can_${which}`];
    if (!told) {
      this.announce(this.say(`nothing.${which}`));
      return;
    }
    try {
      const asked = this.call(which);
      this.pending = asked.catch(() => {});
      const { document } = await asked;
      this.quiet();
      this.form.close();
      if (document && document !== this.transcript.id) await this.show(document);
      this.announce(this.say(`did.${which}`, { what: this.inWords(told) }));
    } catch (error) {
      this.complain(error.message);
    }
  }

  /** What an act was, for undoing and redoing it. */
  inWords({ do: act, code, document, quote }) {
    return this.say(`act.${act}`, { code: code ?? "", document: document ?? "", quote: quote ? `“${shorten(quote, 30)}”` : "" }).trim();
  }

  quick(number) {
    const code = this.code(this.recent[number]);
    const { span } = this.transcript;
    if (!code || !span || !this.state.writable) return;
    if (code.direction === "+/-") {
      this.openForm();
      this.form.node.querySelectorAll(".kr-recent button")[number]?.click();
    } else this.act({ do: "code", document: span.document, start: span.start, end: span.end, code: code.code, magnitude: null, memo: "" });
  }

  /** Take what has changed: in the study, and in the document that is open. */
  take(changes) {
    if (changes.left) {
      this.start();
      return;
    }
    const { documents, ...rest } = changes.state;
    Object.assign(this.state, rest);
    // An act tells of the documents that it changed, and of no others.
    const told = new Map((documents ?? []).map((one) => [one.id, one]));
    if (changes.reload) this.state.documents = documents;
    else this.state.documents = this.state.documents.map((one) => ({ ...one, ...told.get(one.id) }));
    if (changes.reload) this.reload();
    else if (this.transcript && changes.put) this.transcript.change(changes.put.filter((one) => one.document === this.transcript.id), changes.gone);
    if (changes.moved) this.complain(this.say("moved", { files: changes.moved.join(", ") }), true);
    this.draw();
  }

  /* The frame -------------------------------------------------------------------------------------------------- */

  async start() {
    this.leave();
    fill(this.root, h("p", { class: "kr-hint" }, this.say("opening")));
    try {
      this.state = await this.call("state");
      if (this.state.in_force) {
        this.askCoder();
        return;
      }
    } catch (error) {
      // study.toml cannot be read, for one.
      fill(this.root, h("header", { class: "kr-top" }, h("h2", {}, this.say("room"))), h("section", { class: "kr-faults", role: "alert" },
        h("p", {}, h("strong", {}, this.say("faults.closed"))), h("p", { class: "kr-told" }, error.message), button(this.say("again"), () => this.start())));
      return;
    }
    if (!this.closed) this.build();
  }

  /** Who codes? Asked once, where the notebook does not say. */
  askCoder() {
    const { coders, in_force: inForce } = this.state;
    const name = h("input", { type: "text", list: `kr-coders-${this.me}`, required: true, value: coders.length === 1 ? coders[0] : "" });
    const enter = async ({ coder }) => {
      try {
        this.state = await this.call("state", { coder: coder.trim() });
        if (this.closed) return;
        fill(this.alert);
        this.build();
        this.root.scrollIntoView();
      } catch (error) {
        this.complain(error.message);
      }
    };
    fill(this.root, h("header", { class: "kr-top" }, h("h2", {}, this.say("room"))), this.alert, h("div", { class: "kr-ask" },
      form({ coder: field(this.say("coder.ask"), name, this.say("coder.hint", { coders: coders.join(", ") || "–", coder: inForce })) }, this.say("coder.enter"), enter),
      h("datalist", { id: `kr-coders-${this.me}` }, coders.map((coder) => h("option", { value: coder })))));
  }

  async build() {
    this.transcript = new Transcript(this);
    this.form = new CodingForm(this);
    this.arrival = new Arrival(this);
    this.codebook = new Codebook(this);
    this.comparison = new Comparison(this);
    this.memos = new Memos(this);
    this.evidence = new Evidence(this);
    this.search = new Search(this);
    this.panels = { codes: this.codebook, compare: this.comparison, evidence: this.evidence, memos: this.memos, search: this.search };
    this.undo = button("", () => this.back("undo"));
    this.redo = button("", () => this.back("redo"));
    this.documents = h("ul", { class: "kr-list" });
    this.filters = h("div", { class: "kr-filters" });
    this.detached = h("section", { class: "kr-detached", hidden: true });
    this.faults = h("section", { class: "kr-faults", hidden: true });
    this.shelf = h("details", { class: "kr-shelf", open: true }, h("summary", {}, this.say("documents")),
      this.state.writable && button(this.say("arrival.bring"), () => this.arrival.open(), { class: "kr-bring" }), this.filters, this.documents);
    const tabs = h("div", { class: "kr-tabs", role: "tablist", "aria-label": this.say("panels") }, Object.keys(this.panels).map((name) =>
      button(this.say(`tab.${name}`), () => { this.open(name); this.reveal(tabs); }, { role: "tab", id: `kr-tab-${this.me}-${name}`, "aria-controls": `kr-panel-${this.me}`, "data-tab": name })));
    tabs.addEventListener("keydown", (event) => {
      const names = Object.keys(this.panels);
      const to = { ArrowRight: 1, ArrowLeft: names.length - 1 }[event.key];
      if (!to) return;
      this.open(names[(names.indexOf(this.tab) + to) % names.length]);
      this.root.querySelector(`[data-tab="${this.tab}"]`).focus();
    });
    this.panel = h("div", { class: "kr-panel", role: "tabpanel", id: `kr-panel-${this.me}`, tabindex: "0" });
    this.help = h("details", { class: "kr-help" }, h("summary", {}, this.say("keys")), h("dl", {}, this.say("keys.list").split("\n").map((line) => {
      const [keys, what] = line.split("|");
      return [h("dt", {}, keys.split(" ").map((key) => [h("kbd", {}, key), " "])), h("dd", {}, what)];
    })));
    fill(this.root, 
      h("header", { class: "kr-top" }, h("div", {}, h("h2", {}, this.state.study.title), h("p", { class: "kr-hint" }, this.say("coder.is", { coder: this.state.coder }), " ", button(this.say("coder.change"), () => this.call("leave"), { class: "kr-link" }))),
        h("div", { class: "kr-acts" }, this.undo, this.redo,
          document.fullscreenEnabled && button(this.say("fullscreen"), () => (document.fullscreenElement ? document.exitFullscreen() : this.root.requestFullscreen()))), this.help),
      this.faults, this.alert, this.live,
      h("div", { class: "kr-body" }, this.shelf, h("div", { class: "kr-middle" }, this.detached, this.transcript.node),
        h("div", { class: "kr-side" }, this.arrival.node, this.form.node, tabs, this.panel)));
    this.narrow = new ResizeObserver(([{ contentRect }]) => {
      const narrow = contentRect.width < 900;
      if (narrow !== this.wasNarrow) this.shelf.open = !narrow;
      this.wasNarrow = narrow;
    });
    this.narrow.observe(this.root);
    this.open("codes");
    this.draw();
    const first = this.state.documents[0];
    if (first) await this.show(first.id);
    if (this.closed) return;
    this.watch = setInterval(() => document.hidden || !this.root.checkVisibility() || this.call("refresh", {}, 0).catch(() => {}), 3000);
  }

  open(name) {
    this.tab = name;
    for (const tab of this.root.querySelectorAll("[role=tab]")) {
      const on = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      if (on) this.panel.setAttribute("aria-labelledby", tab.id);
    }
    fill(this.panel, this.panels[name].node);
    this.panels[name].draw();
    const comparing = name === "compare";
    if (comparing !== Boolean(this.comparing)) {
      this.comparing = comparing;
      this.root.classList.toggle("kr-comparing", comparing);
      if (this.transcript.turns.length) this.transcript.redraw();
    }
  }

  /** Scroll the side, and nothing around it, until a part of it is at its top; where it lies below all else, to it. */
  reveal(part) {
    if (this.wasNarrow) return part.scrollIntoView();
    const side = part.closest(".kr-side");
    side.scrollTop += part.getBoundingClientRect().top - side.getBoundingClientRect().top;
  }

  /** In a narrow room, where parts lie below each other, bring one into view. */
  see(part) {
    if (this.wasNarrow) part.scrollIntoView({ block: "nearest" });
  }

  /** Everything but the transcript, as the state now is. */
  draw() {
    const { state, say } = this;
    for (const [node, name] of [[this.undo, "undo"], [this.redo, "redo"]]) {
      const what = state[`can_${name}`];
      node.textContent = what ? say(`${name}.what`, { what: this.inWords(what) }) : say(name);
      node.title = node.textContent;
      node.disabled = !what || !state.writable;
    }
    const faults = [...state.faults, ...state.notices];
    this.faults.hidden = !faults.length;
    show(this.faults, [state.faults, state.notices], () => [
      h("details", { open: !state.writable }, h("summary", {}, h("strong", {}, say(state.writable ? "faults" : "faults.readonly")), ` (${faults.length})`),
        h("ul", { tabindex: "0", "aria-label": say("faults") }, faults.map((fault) => h("li", {}, fault)))),
      button(say("again"), () => this.ask("refresh", { again: true }))]);
    this.drawShelf();
    this.drawDetached();
    this.panels[this.tab].draw();
  }

  drawShelf() {
    const { state, say, filter } = this;
    const labels = new Map(state.groups.map((group) => [group.id, group.label]));
    const groupsOf = (one) => one.group.split("; ").filter(Boolean);
    const groups = [...new Set(state.documents.flatMap(groupsOf))].map((group) => [group, labels.get(group) ?? group]);
    const codes = state.codebook.map((code) => [code.code, code.code]);
    const coders = [["mine", say("filter.mine")], ...state.coders.map((coder) => [coder, coder])];
    const pick = (name, options) => field(say(`filter.by.${name}`), choice([["", say("all")], ...options], filter[name], { onchange: (event) => this.setFilter({ [name]: event.target.value }) }));
    if (!this.filters.contains(document.activeElement)) {
      show(this.filters, [groups, codes, coders, filter], () => [pick("group", groups), pick("code", codes), pick("coder", coders)]);
    }
    const listed = state.documents.filter((one) => !filter.group || groupsOf(one).includes(filter.group));
    show(this.documents, listed.map((one) => one.id), () => listed.map((one) => h("li", { "data-id": one.id })));
    for (const [n, one] of listed.entries()) {
      const item = this.documents.children[n];
      const held = item.contains(document.activeElement);
      const current = one.id === this.transcript.id;
      const { role, codings, coded_turns: coded, turns } = one;
      show(item, [role, codings, coded, turns, current], () => h("button", { type: "button", "aria-current": current ? "true" : null, onclick: () => this.visit(one.id) },
        h("strong", {}, one.id), h("span", {}, [role, ...groupsOf(one).map((group) => labels.get(group) ?? group)].filter(Boolean).join(" · ")),
        h("small", {}, say("progress", { codings, coded, turns })), h("progress", { max: turns || 1, value: coded, "aria-hidden": "true" })));
      if (held) item.firstChild.focus();
    }
  }

  drawDetached() {
    const lost = [...(this.transcript.codings?.values() ?? [])].filter((coding) => (coding.detached || coding.fault) && coding.coder === this.state.coder);
    this.detached.hidden = !lost.length;
    show(this.detached, lost, () => [h("h3", {}, this.say("detached")), h("p", { class: "kr-hint" }, this.say("detached.hint")), h("ul", {}, lost.map((coding) => {
      return h("li", {}, h("span", { class: "kr-code" }, coding.code), " ", h("q", {}, coding.quote), h("p", { class: "kr-hint" }, coding.fault), h("div", { class: "kr-acts" },
        coding.found_at.map(([start, end]) => [
          button(this.say("place.look"), () => this.transcript.show(start, end)),
          button(this.say("place.found"), () => this.act({ do: "place", key: coding.key, start, end }), { class: "kr-main" }),
        ]),
        button(this.say("place.here"), () => {
          const { span } = this.transcript;
          if (span) this.act({ do: "place", key: coding.key, start: span.start, end: span.end });
          else this.complain(this.say("place.select"));
        }), button(this.say("delete"), () => this.act({ do: "delete", key: coding.key }))));
    }))]);
  }

  /* What the parts ask for ------------------------------------------------------------------------------------- */

  /** Open the text again, as it now is, at the same place. */
  async reload() {
    if (!this.transcript?.id) return;
    const { scrollTop } = this.transcript.node;
    try {
      this.transcript.open(await this.call("document", { document: this.transcript.id }));
      this.transcript.node.scrollTop = scrollTop;
      this.draw();
    } catch (error) {
      this.complain(error.message);
    }
  }

  async show(id) {
    this.form.close();
    try {
      this.transcript.open(await this.call("document", { document: id }));
    } catch (error) {
      this.complain(error.message);
      return;
    }
    this.draw();
    this.announce(this.say("opened", { document: id }));
  }

  /** Show a document, also where it lies below the list that it was chosen from. */
  async visit(id) {
    await this.show(id);
    this.see(this.transcript.node);
  }

  /** Go to a place of a document and select it. */
  async go({ document: id, start, end }) {
    if (id !== this.transcript.id) await this.show(id);
    this.transcript.show(start, end);
  }

  setFilter(change) {
    Object.assign(this.filter, change);
    this.transcript.redraw();
    this.drawShelf();
    this.codebook.draw();
    this.announce(this.say("filtered"));
  }

  shows(coding) {
    if (this.filter.code && coding.code !== this.filter.code) return false;
    if (this.comparing) return this.comparison.shown.includes(coding.coder);
    // Whoever codes should not see how others did, unless they ask to.
    if (this.filter.coder === "mine") return coding.coder === this.state.coder || coding.suggestion;
    return !this.filter.coder || coding.coder === this.filter.coder;
  }

  code(code) {
    return this.state.codebook.find((one) => one.code === code);
  }

  /** The line of a coding's code: a colour for its focus, a pattern for its place among the codes of the focus. */
  line(coding) {
    const code = this.code(coding.code);
    const focus = this.state.foci.findIndex((one) => one.id === code?.focus);
    const place = this.state.codebook.filter((one) => one.focus === code?.focus).indexOf(code);
    return PATTERNS[Math.max(0, place) % PATTERNS.length](focus < 0 ? "var(--muted)" : `var(--g${focus % 8})`);
  }

  definition(code) {
    const { say } = this;
    return [["definition", code.definition], ["include", code.include], ["exclude", code.exclude]].filter(([, text]) => text).map(([name, text]) =>
      h("p", {}, h("b", {}, `${say(name)}: `), text)).concat(h("p", { class: "kr-hint" }, `${say("direction")}: ${say(`direction.${code.direction}`)} · ${say(`origin.${code.origin}`)}`));
  }

  /** What is selected, and what there is to say of it. */
  onSpan(span, remark = "") {
    if (this.form.node.contains(document.activeElement)) return;
    if (span || remark) this.form.open(span, null, remark);
    else if (!this.form.coding) this.form.close();
  }

  onChoose(coding, moveFocus) {
    this.form.open(null, coding);
    if (coding && moveFocus) (this.form.node.querySelector("input, button") ?? this.form.node).focus({ preventScroll: true });
  }

  openForm() {
    const { span, remark } = this.transcript;
    if (span) this.form.open(span, null, remark);
    this.form.node.scrollIntoView({ block: "nearest" });
    this.form.focus?.();
  }

  /** Make a code from where one stands; then go on with it. */
  makeCode(label, then) {
    this.open("codes");
    this.codebook.upkeep("new_code", null, label, then);
    this.reveal(this.codebook.work);
  }

  leaveForm() {
    this.form.close();
    this.transcript.choose(null);
    this.focusText();
  }

  focusText() {
    const words = this.transcript.cursor?.turn.words ?? this.root.querySelector('.kr-words[tabindex="0"]');
    words?.focus({ preventScroll: true });
  }

  onKey(event) {
    event.stopPropagation();
    if (event.type !== "keydown" || !(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    const writes = "typed" in event.target.dataset;
    if (key === "s") this.announce(this.say("saved"));
    else if ((key === "z" || key === "y") && !writes) this.back(key === "y" || event.shiftKey ? "redo" : "undo");
    else return;
    event.preventDefault();
  }

  announce(text) {
    this.live.textContent = text;
  }

  /** Say what went wrong, until it is closed or something goes right. */
  complain(text, keep = false) {
    this.alert.dataset.keep = keep;
    fill(this.alert, h("p", {}, text), button(this.say("close"), () => fill(this.alert)));
    this.see(this.alert);
  }

  quiet() {
    if (this.alert.dataset.keep !== "true") fill(this.alert);
  }
}

function render({ model, el }) {
  const room = new Room(model, el);
  return () => room.close();
}

export default { render };
