/* Coders side by side: how far they agree on each code, where they differ, and what is decided for the consensus. */

const CONSENSUS = "consensus";

class Comparison {
  constructor(room) {
    const { say } = room;
    this.room = room;
    this.number = 0;
    this.everywhere = false;
    this.who = h("fieldset", { class: "kr-radios", onchange: () => this.chosen() });
    this.scope = choice([["", say("compare.here")], ["all", say("compare.everywhere")]], "", { onchange: () => { this.everywhere = this.scope.value === "all"; this.number = 0; this.draw(); } });
    this.body = h("div");
    this.node = h("div", {}, this.who, field(say("compare.scope"), this.scope), this.body);
  }

  get coders() {
    this.picked ??= this.room.state.coders.filter((coder) => coder !== CONSENSUS);
    return this.picked;
  }

  /** The coders whose codings are shown, what they have decided among them. */
  get shown() {
    return [...this.coders, CONSENSUS];
  }

  chosen() {
    this.picked = [...this.who.querySelectorAll("input:checked")].map((input) => input.value);
    this.number = 0;
    this.room.transcript.redraw();
    this.draw();
  }

  async draw() {
    const { room } = this;
    const { say } = room;
    if (room.tab !== "compare") return;
    const there = room.state.coders.filter((coder) => coder !== CONSENSUS);
    if (!this.who.contains(document.activeElement)) {
      fill(this.who, h("legend", {}, say("compare.coders")), there.map((coder) => h("label", {}, h("input", { type: "checkbox", value: coder, checked: this.coders.includes(coder) }), h("span", {}, coder))));
    }
    if (this.coders.length < 2) {
      fill(this.body, h("p", { class: "kr-hint" }, say(there.length < 2 ? "compare.alone" : "compare.two")));
      return;
    }
    const asked = this.everywhere ? null : room.transcript.id;
    try {
      this.found = await room.call("compare", { document: asked, coders: this.coders });
    } catch (error) {
      fill(this.body, h("p", { class: "kr-hint" }, error.message));
      return;
    }
    // Somebody may be writing a reason: the form stays while the numbers change.
    const busy = this.body.contains(document.activeElement) && this.body.querySelector(".kr-decide");
    const table = this.table();
    if (busy) this.body.querySelector("details").replaceWith(table);
    else fill(this.body, this.differences(), table);
  }

  differences() {
    const { say } = this.room;
    const open = this.found.disagreements;
    if (!open.length) return h("p", {}, say("compare.none"));
    this.number = Math.min(this.number, open.length - 1);
    const go = (by) => { this.number = (this.number + by + open.length) % open.length; fill(this.body, this.differences(), this.table()); this.visit(); this.body.querySelector(`[data-by="${by}"]`).focus(); };
    return h("section", {}, h("h3", {}, say("compare.disagreements", { count: open.length })),
      h("div", { class: "kr-acts" }, button(say("compare.previous"), () => go(-1), { "data-by": -1 }), button(say("compare.next"), () => go(1), { "data-by": 1 }),
        h("span", { class: "kr-hint" }, say("compare.at", { number: this.number + 1, count: open.length }))), this.difference(open[this.number]));
  }

  difference(one) {
    const { room } = this;
    const { say } = room;
    const weigh = (value) => (value === null ? say("compare.without") : `${side(value)} ${signed(value)}`);
    return h("div", {}, h("p", { class: "kr-quote" }, shorten(one.quote)), h("p", {}, h("span", { class: "kr-code" }, one.code), ` · ${one.document}`),
      h("ul", { class: "kr-lines" }, Object.entries(one.coded).map(([coder, value]) => h("li", {}, h("b", {}, coder), ": ", weigh(value)))),
      one.others.length > 0 && h("p", { class: "kr-hint" }, say("compare.others", { codes: one.others.join(", ") })),
      h("p", { class: "kr-hint" }, one.decided !== null ? say("compare.decided", { value: weigh(one.decided) }) : one.settled ? say("compare.settled") : say("compare.open")),
      h("div", { class: "kr-acts" }, button(say("compare.look"), () => this.visit()), room.state.writable && button(say("decide"), () => this.decide(one), { class: "kr-main" })));
  }

  async visit() {
    const one = this.found?.disagreements[this.number];
    if (!one) return;
    const { room } = this;
    if (one.document !== room.transcript.id) await room.show(one.document);
    room.transcript.light(one.start, one.end);
    room.announce(`${one.code}: ${one.quote}`);
  }

  /** The form by which one of the codings in question, changed or not, or none goes into the consensus. */
  async decide(one) {
    const { room } = this;
    const { say } = room;
    await this.visit();
    const codings = one.keys.map((key) => room.transcript.codings.get(key)).filter(Boolean);
    const options = codings.filter((coding) => coding.coder !== CONSENSUS).map((coding) => [coding.key, `${coding.coder}: ${coding.code} ${side(coding.effective)} ${signed(coding.effective)}`]);
    const which = radios(say("decide.which"), [...options, ["", say("outcome.dropped")]], options[0]?.[0] ?? "");
    const code = choice(room.state.codebook.map((each) => [each.code, each.code]), one.code);
    const magnitude = choice(MAGNITUDES.map((m) => [m, signed(Number(m))]), null);
    const suit = () => {
      const coding = room.transcript.codings.get(which.value);
      code.disabled = magnitude.disabled = !coding;
      if (coding) [code.value, magnitude.value] = [coding.code, String(coding.effective)];
    };
    which.addEventListener("change", suit);
    suit();
    const done = async ({ reason }) => {
      const coding = room.transcript.codings.get(which.value);
      const changed = coding && (coding.code !== code.value || String(coding.effective) !== magnitude.value);
      const replaces = codings.filter((other) => other.coder === CONSENSUS).map((other) => other.key);
      const what = coding ? { start: coding.start, end: coding.end, code: code.value, magnitude: Number(magnitude.value), outcome: changed ? "changed" : "kept", replaces }
        : { start: one.start, end: one.end, code: one.code, magnitude: null, outcome: "dropped" };
      if (await room.act({ do: "decide", document: one.document, ...what, reason })) {
        this.number += 1;
        document.activeElement?.blur();
        this.draw();
      }
    };
    const decision = form({ which, code: field(say("code"), code), magnitude: field(say("magnitude"), magnitude), reason: field(say("reason"), h("textarea", { rows: 2, required: true })) },
      say("decide.save"), done, () => { fill(this.body, this.differences(), this.table()); }, say("close"));
    fill(this.body, h("section", { class: "kr-work kr-decide" }, h("h3", {}, say("decide")), h("p", { class: "kr-quote" }, shorten(one.quote)), decision), this.table());
    which.querySelector("input").focus();
  }

  table() {
    const { say } = this.room;
    const rows = this.found.agreement.filter((row) => row.scope === "code" && row.count > 0);
    const told = (found) => (found?.value === null || found?.value === undefined ? h("span", { title: found?.reason ?? "" }, say("compare.undefined")) : found.value.toLocaleString(this.room.language, { maximumFractionDigits: 2, minimumFractionDigits: 2, signDisplay: "negative" }));
    return h("details", { open: this.body.querySelector("details")?.open ?? true }, h("summary", {}, say("compare.agreement")), h("table", {},
      h("thead", {}, h("tr", {}, ["code", "compare.alpha", "compare.kappa", "compare.percent"].map((name) => h("th", { scope: "col" }, say(name))))),
      h("tbody", {}, rows.map((row) => h("tr", {}, h("th", { scope: "row" }, row.id), ["alpha_nominal", "kappa_conger", "percent_agreement"].map((name) => h("td", {}, told(row[name]))))))));
  }
}
