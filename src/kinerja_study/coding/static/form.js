/* The form of one coding: a new one on the selected words, or the one that is being looked at. */

class CodingForm {
  constructor(room) {
    this.room = room;
    this.node = h("section", { class: "kr-coding", "aria-label": room.say("coding"), hidden: true });
    this.node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      room.leaveForm();
    });
  }

  close() {
    this.coding = null;
    this.span = null;
    this.node.hidden = true;
    fill(this.node);
  }

  /** Show what can be done with the selected words, or with a coding. */
  open(span, coding, remark = "") {
    const { room } = this;
    const cut = remark && h("p", { class: "kr-cut" }, remark);
    if (!span && !coding) {
      this.close();
      this.node.hidden = !cut;
      fill(this.node, cut);
      return;
    }
    this.span = span;
    this.coding = coding;
    const own = coding?.coder === room.state.coder;
    const free = room.state.writable;
    const quote = (span ?? coding).quote;
    const head = [h("p", { class: "kr-quote" }, shorten(quote)), cut];
    this.node.hidden = false;
    if (!free) fill(this.node, head, coding && this.told(coding), h("p", { class: "kr-hint" }, room.say("readonly")));
    else if (span || own) fill(this.node, head, this.edit(span, coding));
    else if (coding.suggestion) fill(this.node, this.suggested(coding), head, this.edit(null, coding));
    else fill(this.node, head, this.told(coding), h("div", { class: "kr-acts" },
      button(room.say("take.other"), () => room.act({ do: "code", document: room.transcript.id, start: coding.start, end: coding.end, code: coding.code, magnitude: coding.magnitude, memo: "" }), { class: "kr-main" }),
      button(room.say("close"), () => room.leaveForm())));
  }

  told(coding) {
    return h("p", {}, h("strong", {}, coding.code), ` ${side(coding.effective)} ${signed(coding.effective)} · ${coding.coder}`, coding.memo && h("br"), coding.memo);
  }

  suggested(coding) {
    const { room } = this;
    return [
      h("p", { class: "kr-hint" }, h("strong", {}, `${room.say("suggestion")}: ${coding.code}`), " ", room.say("suggestion.hint")),
      h("div", { class: "kr-acts" }, button(room.say("take"), () => room.act({ do: "take", key: coding.key }), { class: "kr-main" }),
        button(room.say("refuse"), () => room.act({ do: "refuse", key: coding.key }))),
    ];
  }

  edit(span, coding) {
    const { room } = this;
    const own = coding?.coder === room.state.coder;
    const list = h("ul", { class: "kr-options", role: "listbox", id: `kr-${(counted += 1)}`, "aria-label": room.say("codes") });
    const input = h("input", {
      type: "text", role: "combobox", "aria-expanded": "true", "aria-autocomplete": "list", "aria-controls": list.id, autocomplete: "off",
      spellcheck: "false", value: coding?.code ?? "", placeholder: room.say("code.type"),
    });
    const none = h("p", { class: "kr-hint", role: "status" });
    const about = h("div", { class: "kr-about", role: "group", "aria-label": room.say("definition"), tabindex: "0" });
    const magnitude = radios(room.say("magnitude"), [["", room.say("magnitude.code")], ...MAGNITUDES.map((m) => [m, `${side(Number(m))} ${signed(Number(m))}`])],
      coding?.magnitude === null || coding?.magnitude === undefined ? "" : String(coding.magnitude));
    const memo = h("textarea", { rows: 2, value: coding?.memo ?? "" });
    let chosen = coding?.code ?? null;
    let active = 0;
    let found = [];

    const choose = (code, done = false) => {
      chosen = code.code;
      input.value = code.code;
      fill(about, ...room.definition(code));
      filter("");
      suit();
      if (done && code.direction === "+/-" && magnitude.value === "") magnitude.querySelectorAll("input")[3].focus();
      else if (done) save();
    };
    // A code that can go either way says nothing of a magnitude of its own.
    const suit = () => {
      const either = room.code(chosen)?.direction === "+/-";
      magnitude.querySelector("label").hidden = either;
      if (either && magnitude.value === "") magnitude.querySelector("input").checked = false;
    };
    const mark = (number) => {
      active = number;
      for (const [n, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(n === active));
      const option = list.children[active];
      input.setAttribute("aria-activedescendant", option?.id ?? "");
      if (option) list.scrollTop = option.offsetTop - list.offsetTop - 40;
      if (found[active]) fill(about, ...room.definition(found[active]));
    };
    const filter = (typed) => {
      const asked = typed.trim().toLowerCase();
      const rank = (code) => (code.code.toLowerCase().includes(asked) ? 0 : code.label.toLowerCase().includes(asked) ? 1 : code.definition.toLowerCase().includes(asked) ? 2 : 3);
      found = room.state.codebook.filter((code) => rank(code) < 3).sort((a, b) => (asked ? rank(a) - rank(b) : 0));
      fill(list, ...found.map((code, n) => h("li", { role: "option", id: `${list.id}-${n}`, "aria-selected": "false", onclick: () => choose(code) },
        h("span", { class: "kr-code" }, code.code), " ", code.label)));
      list.hidden = !found.length;
      if (!found.length) fill(about);
      fill(none, !found.length && [room.say("code.none", { typed }), " ",
        button(room.say("code.make"), () => room.makeCode(typed, (code) => { choose(code); input.focus(); }))]);
      mark(Math.max(0, found.findIndex((code) => code.code === chosen)));
    };
    const save = () => {
      const code = room.code(chosen ?? found[active]?.code);
      if (!code) return none.querySelector("button")?.focus();
      if (code.direction === "+/-" && magnitude.value === "") {
        fill(none, room.say("magnitude.needed", { code: code.code }));
        return magnitude.querySelectorAll("input")[3].focus();
      }
      const values = { code: code.code, magnitude: magnitude.value === "" ? null : Number(magnitude.value), memo: memo.value };
      if (span) return room.act({ do: "code", document: span.document, start: span.start, end: span.end, ...values });
      if (own) return room.act({ do: "change", key: coding.key, ...values });
      return room.act({ do: "take", key: coding.key, ...values });
    };
    input.addEventListener("input", () => {
      chosen = null;
      filter(input.value);
      if (found.length) mark(0);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        mark((active + (event.key === "ArrowDown" ? 1 : found.length - 1)) % Math.max(1, found.length));
        chosen = null;
      } else if (event.key === "Enter" && found[active]) choose(found[active], true);
      else if (event.key === "Enter") none.querySelector("button").focus();
      else return;
      event.preventDefault();
    });
    magnitude.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        event.target.checked = true;
        save();
      }
    });
    memo.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save();
    });
    filter("");
    suit();
    if (coding) fill(about, ...(room.code(coding.code) ? room.definition(room.code(coding.code)) : []));
    requestAnimationFrame(() => mark(active));
    this.focus = () => input.focus();
    const recent = room.recent.length && span ? h("div", { class: "kr-recent", role: "group", "aria-label": room.say("recent") },
      room.recent.map((code, n) => button([h("kbd", {}, String(n + 1)), " ", code], () => choose(room.code(code), true)))) : null;
    return [
      recent,
      field(room.say("code"), input), none, list, about, magnitude, field(room.say("memo"), memo),
      h("div", { class: "kr-acts" },
        button(room.say(span ? "code.give" : own ? "save" : "take.changed"), save, { class: span || own ? "kr-main" : "" }),
        own && button(room.say("delete"), () => room.remove(coding.key)),
        button(room.say("close"), () => room.leaveForm())),
      own && h("p", { class: "kr-hint" }, room.say("edges.hint")),
    ];
  }
}
