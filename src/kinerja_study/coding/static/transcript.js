/* The transcript by turns: the words with their codings underlined, the codings beside them, the cursor, the selection,
   the edges. Places here are units within a turn's words; they leave as code points of the document. */

const SHEET = 16; // turns that are laid out, or left out, together: what is near the view is asked of each sheet at each frame

class Transcript {
  constructor(room) {
    this.room = room;
    this.turns = [];
    this.cursor = null; // { turn, anchor, at }
    this.chosen = null; // the key of the coding that is being looked at
    this.list = h("div", { class: "kr-turns", role: "list" });
    this.node = h("div", { class: "kr-transcript", role: "group" }, this.list);
    this.list.addEventListener("keydown", (event) => this.onKey(event));
    this.list.addEventListener("click", (event) => this.onClick(event));
    this.list.addEventListener("focusin", (event) => this.onFocus(event));
    // Chromium forgets now and then where a drag began (on some pixels between two letters); this does not.
    this.list.addEventListener("pointerdown", (event) => {
      const place = event.button === 0 && !event.shiftKey && event.target.closest(".kr-words") && placeAt(event.clientX, event.clientY);
      this.pressed = place ? unitsBefore(event.target.closest(".kr-words"), ...place) : null;
    });
    this.pressed = null;
    this.onRelease = () => {
      if (this.pressed !== null && this.span && room.wasNarrow) setTimeout(() => room.see(room.form.node), 300);
      this.pressed = null;
    };
    document.addEventListener("pointerup", this.onRelease);
    this.onSelection = () => this.readSelection();
    document.addEventListener("selectionchange", this.onSelection);
    this.resized = new ResizeObserver(() => this.place());
    this.resized.observe(this.node);
    // Codings are drawn when their sheet comes near the view: a long transcript opens at once.
    this.list.addEventListener("contentvisibilityautostatechange", ({ target, skipped }) => {
      const sheet = this.sheets[Number(target.dataset.sheet)];
      sheet.far = skipped;
      this.drawSheet(sheet);
    }, { capture: true });
  }

  close() {
    document.removeEventListener("selectionchange", this.onSelection);
    document.removeEventListener("pointerup", this.onRelease);
    this.resized.disconnect();
    clearTimeout(this.told);
    cancelAnimationFrame(this.frame);
  }

  /** Show another document. */
  open(found) {
    this.id = found.id;
    this.positions = new Positions(found.text);
    this.codings = new Map(found.codings.map((coding) => [coding.key, coding]));
    this.cursor = null;
    this.chosen = null;
    this.node.setAttribute("aria-label", this.room.say("transcript", { document: found.id }));
    this.turns = found.turns.map((turn, number) => this.build(turn, number));
    const far = "oncontentvisibilityautostatechange" in this.list;
    this.sheets = Array.from({ length: Math.ceil(this.turns.length / SHEET) }, (_, n) => {
      const turns = this.turns.slice(n * SHEET, (n + 1) * SHEET);
      return { far, turns, node: h("div", { class: "kr-sheet", role: "none", "data-sheet": n }, turns.map((turn) => turn.node)) };
    });
    this.sort();
    fill(this.list, this.sheets.map((sheet) => sheet.node));
    this.redraw();
    const first = this.turns.find((turn) => turn.evidence);
    if (first) first.words.tabIndex = 0;
    this.node.scrollTop = 0;
  }

  build(turn, number) {
    const whole = this.positions.slice(turn.start, turn.end);
    const label = turn.speaker ? whole.match(/^[^:\n]*:[ \t]*/)?.[0] ?? "" : whole.match(/^\n*/)[0];
    const text = whole.slice(label.length).trimEnd();
    const speaker = turn.speaker && turn.speaker !== "P" ? turn.speaker : this.room.say(turn.speaker ? "interviewer" : "text");
    const name = this.room.say(turn.evidence ? "turn" : "turn.asked", { speaker, number: number + 1 });
    const words = h("p", { class: "kr-words", role: "textbox", "aria-readonly": "true", "aria-multiline": "true", "aria-label": name, tabindex: "-1" }, text);
    const over = h("div", { class: "kr-over" });
    const margin = h("ul", { class: "kr-margin", hidden: true, "aria-label": this.room.say("codings.of", { turn: name }) });
    const node = h("div", { role: "listitem", class: turn.evidence ? "kr-turn" : "kr-turn kr-asked" },
      h("span", { class: "kr-speaker" }, speaker, !turn.evidence && h("small", {}, this.room.say("not.coded"))), h("div", { class: "kr-said" }, over, words), margin);
    return { ...turn, number, text, first: this.positions.unit(turn.start) + label.length, node, words, over, margin, codings: [] };
  }

  /** Put each coding into its turn. */
  sort() {
    for (const turn of this.turns) turn.codings = [];
    for (const coding of this.codings.values()) this.turnOf(coding)?.codings.push(coding);
  }

  turnAt(point) {
    return this.turns[lowerBound(this.turns.length, (n) => this.turns[n].end > point)];
  }

  turnOf(coding) {
    return coding.detached || coding.start === null ? undefined : this.turnAt(coding.start);
  }

  /** Take what an act changed, and draw only the turns in which something did. */
  change(put, gone) {
    for (const key of [...gone, ...put.map((coding) => coding.key)]) {
      const turn = this.codings.has(key) && this.turnOf(this.codings.get(key));
      if (turn) {
        turn.codings = turn.codings.filter((coding) => coding.key !== key);
        turn.drawn = false;
      }
      this.codings.delete(key);
    }
    for (const coding of put) {
      this.codings.set(coding.key, coding);
      const turn = this.turnOf(coding);
      if (turn) {
        turn.codings.push(coding);
        turn.drawn = false;
      }
    }
    if (!this.codings.has(this.chosen)) this.chosen = null;
    this.drawNear();
  }

  redraw() {
    for (const turn of this.turns) turn.drawn = false;
    this.drawNear();
  }

  drawNear() {
    for (const sheet of this.sheets) this.drawSheet(sheet);
    this.place();
  }

  drawSheet(sheet) {
    if (!sheet.far) for (const turn of sheet.turns) if (!turn.drawn) this.draw(turn);
  }

  /** Draw a turn's words in pieces between the edges of its codings, each with its layers of lines. */
  draw(turn) {
    const { room } = this;
    turn.drawn = true;
    const shown = turn.codings.filter((coding) => room.shows(coding)).map((coding) => ({
      coding, from: this.inTurn(turn, coding.start), to: this.inTurn(turn, coding.end),
    })).sort((a, b) => a.from - b.from || b.to - a.to || (a.coding.key < b.coding.key ? -1 : 1));
    const lanes = [];
    for (const one of shown) {
      one.lane = lanes.findIndex((end) => end <= one.from);
      if (one.lane < 0) one.lane = lanes.length;
      lanes[one.lane] = one.to;
    }
    const edges = [...new Set([0, turn.text.length, ...shown.flatMap((one) => [one.from, one.to])])].sort((a, b) => a - b);
    const pieces = edges.slice(1).map((to, n) => {
      const text = turn.text.slice(edges[n], to);
      const on = shown.filter((one) => one.from < to && one.to > edges[n]);
      if (!on.length) return text;
      const piece = h("span", { class: "kr-piece", "data-keys": on.map((one) => one.coding.key).join("\n") }, text);
      if (on.some((one) => one.coding.key === this.chosen)) piece.classList.add("kr-chosen");
      piece.style.backgroundImage = on.map((one) => room.line(one.coding)).join(", ");
      const depth = Math.max(...on.map((one) => one.lane)) + 1;
      piece.style.backgroundPosition = on.map((one) => `0 calc(100% - ${(depth - 1 - one.lane) * 5}px)`).join(", ");
      piece.style.setProperty("--lanes", depth);
      return piece;
    });
    fill(turn.words, ...pieces);
    fill(turn.margin, ...shown.map((one) => this.stripe(one.coding)));
    turn.margin.hidden = !shown.length;
    if (room.comparing) {
      const columns = room.comparison.shown;
      turn.margin.style.setProperty("--coders", columns.length);
      for (const [n, one] of shown.entries()) turn.margin.children[n].style.gridColumn = columns.indexOf(one.coding.coder) + 1;
    }
    if (turn.text.length > 2000 && !room.comparing) requestAnimationFrame(() => this.align(turn));
  }

  /** Beside a long turn, put each coding at the height of its words. */
  align(turn) {
    turn.margin.classList.remove("kr-aligned");
    const top = turn.margin.getBoundingClientRect().top;
    if (top > turn.words.getBoundingClientRect().top + 40) return;
    let below = 0;
    const heights = [...turn.margin.children].map((stripe) => {
      const key = stripe.firstChild.dataset.key;
      const piece = [...turn.words.querySelectorAll(".kr-piece")].find((one) => one.dataset.keys.split("\n").includes(key));
      const at = Math.max(below, (piece?.getBoundingClientRect().top ?? top) - top);
      below = at + stripe.offsetHeight + 2;
      return at;
    });
    turn.margin.classList.add("kr-aligned");
    for (const [n, stripe] of [...turn.margin.children].entries()) stripe.style.top = `${heights[n]}px`;
    turn.margin.style.minHeight = `${below}px`;
  }

  /** A coding as a button beside its turn. */
  stripe(coding) {
    const { room } = this;
    const code = room.code(coding.code);
    const swatch = h("span", { class: "kr-swatch", "aria-hidden": "true" });
    swatch.style.backgroundImage = room.line(coding);
    const about = room.say(coding.suggestion ? "suggestion.about" : "coding.about", {
      code: code?.label ?? coding.code, magnitude: signed(coding.effective ?? coding.magnitude) || "–", coder: coding.coder, quote: coding.quote,
    });
    return h("li", {}, h("button", {
      type: "button", class: coding.suggestion ? "kr-stripe kr-suggested" : "kr-stripe", "data-key": coding.key, "aria-label": `${coding.code}: ${about}`,
      title: about, "aria-pressed": String(coding.key === this.chosen),
    }, swatch, h("span", { class: "kr-code" }, coding.code), h("span", {}, `${side(coding.effective ?? coding.magnitude)} ${signed(coding.effective ?? coding.magnitude)}`.trim()),
    (coding.coder !== room.state.coder || room.comparing) && h("em", {}, coding.suggestion ? room.say("suggestion") : coding.coder), coding.memo && h("span", {}, "✎")));
  }

  inTurn(turn, point) {
    return Math.max(0, Math.min(turn.text.length, this.positions.unit(point) - turn.first));
  }

  /** The selection as code points of the document, or null. */
  get span() {
    const { cursor } = this;
    if (!cursor || cursor.anchor === cursor.at || !cursor.turn.evidence) return null;
    let [from, to] = [cursor.anchor, cursor.at].sort((a, b) => a - b);
    // No coding begins or ends with the space beside a word.
    const { text } = cursor.turn;
    to -= text.slice(from, to).length - text.slice(from, to).trimEnd().length;
    from += text.slice(from, to).length - text.slice(from, to).trimStart().length;
    if (from >= to) return null;
    const [start, end] = this.positions.points(cursor.turn.first + from, cursor.turn.first + to);
    return { document: this.id, start, end, quote: this.positions.slice(start, end) };
  }

  /* Selecting ------------------------------------------------------------------------------------------------ */

  /** What the mouse, or a screen reader's own keys, have selected. */
  readSelection() {
    const selection = document.getSelection();
    const words = (node) => (node?.nodeType === 1 ? node : node?.parentElement)?.closest(".kr-words");
    const from = words(selection.anchorNode);
    const turn = from && this.turns.find((one) => one.words === from);
    if (!turn || this.moving) return;
    let anchor = unitsBefore(from, selection.anchorNode, selection.anchorOffset);
    if (this.pressed !== null && selection.isCollapsed) anchor = this.pressed;
    let at;
    this.beyond = words(selection.focusNode) !== from;
    if (!this.beyond) at = unitsBefore(from, selection.focusNode, selection.focusOffset);
    else at = selection.getRangeAt(0).startContainer === selection.anchorNode ? turn.text.length : 0;
    if (this.cursor?.turn === turn && this.cursor.anchor === anchor && this.cursor.at === at && !this.beyond) return;
    this.cursor = { turn, anchor, at };
    if (anchor !== at) this.choose(null);
    this.place();
    clearTimeout(this.told);
    this.told = setTimeout(() => this.tell(), 250);
  }

  tell() {
    const { room, remark } = this;
    if (!this.cursor) return;
    if (remark) room.announce(remark);
    room.onSpan(this.span, remark);
  }

  /** Why not all that is selected can be coded, or nothing. */
  get remark() {
    const { cursor, room } = this;
    if (!cursor || cursor.anchor === cursor.at) return "";
    if (!cursor.turn.evidence) return room.say("asked.not");
    return this.beyond ? room.say("one.turn") : "";
  }

  move(turn, at, extend, beyond = false) {
    this.beyond = beyond;
    const anchor = extend && this.cursor?.turn === turn ? this.cursor.anchor : at;
    this.cursor = { turn, anchor, at };
    this.moving = true;
    if (document.activeElement !== turn.words) turn.words.focus({ preventScroll: true });
    document.getSelection().setBaseAndExtent(...placeOf(turn.words, anchor), ...placeOf(turn.words, at));
    this.placeNow();
    if (this.caret) this.reveal(this.caret);
    this.moving = false;
    const { span, remark } = this;
    this.room.announce(remark || (span ? this.room.say("selected", { quote: span.quote }) : turn.text.slice(at, step(turn.text, at, true, true)).trim()));
    this.room.onSpan(span, remark);
  }

  onKey(event) {
    if (!event.target.classList.contains("kr-words")) return;
    const turn = this.turns.find((one) => one.words === event.target);
    const at = this.cursor?.turn === turn ? this.cursor.at : 0;
    const byWord = event.ctrlKey || event.altKey || event.metaKey;
    const { key } = event;
    if (key === "ArrowRight" || key === "ArrowLeft") {
      const forward = key === "ArrowRight";
      const to = step(turn.text, at, forward, byWord);
      if (to === at && !event.shiftKey) this.leave(turn, forward);
      else this.move(turn, to, event.shiftKey, to === at);
    } else if (key === "ArrowDown" || key === "ArrowUp") {
      const forward = key === "ArrowDown";
      const to = this.line(turn, at, forward);
      if (to !== null) this.move(turn, to, event.shiftKey);
      else if (event.shiftKey) this.move(turn, forward ? turn.text.length : 0, true, at === (forward ? turn.text.length : 0));
      else this.leave(turn, forward);
    } else if (key === "Home" || key === "End") this.move(turn, key === "End" ? turn.text.length : 0, event.shiftKey);
    else if (key === "PageDown" || key === "PageUp") this.leave(turn, key === "PageDown");
    else if (key === "Enter") {
      if (this.span) this.room.openForm();
      else this.next(turn, at);
    } else if (key === "Delete" || key === "Backspace") this.room.remove(this.chosen);
    else if (key === "Escape") {
      this.choose(null);
      this.move(turn, at, false);
    } else if (/^[1-9]$/.test(key) && !byWord) this.room.quick(Number(key) - 1);
    else return;
    event.preventDefault();
  }

  /** The place a line below or above, or null where the turn ends. */
  line(turn, at, forward) {
    const selection = document.getSelection();
    this.moving = true;
    selection.collapse(...placeOf(turn.words, at));
    selection.modify("move", forward ? "forward" : "backward", "line");
    const { focusNode, focusOffset } = selection;
    this.moving = false;
    const to = turn.words.contains(focusNode) ? unitsBefore(turn.words, focusNode, focusOffset) : at;
    return to === at || to > at !== forward ? null : to;
  }

  leave(turn, forward) {
    const other = this.turns[turn.number + (forward ? 1 : -1)];
    if (!other) return;
    this.move(other, 0, false);
    this.reveal(other.node);
  }

  /** Choose the coding at the cursor; again, the one below it. */
  next(turn, at) {
    const here = turn.codings.filter((coding) => this.room.shows(coding)
      && this.inTurn(turn, coding.start) <= at && at <= this.inTurn(turn, coding.end)).map((coding) => coding.key);
    if (here.length) this.choose(here[(here.indexOf(this.chosen) + 1) % here.length], true);
  }

  onFocus(event) {
    if (!event.target.classList.contains("kr-words")) return;
    for (const other of this.list.querySelectorAll('.kr-words[tabindex="0"]')) other.tabIndex = -1;
    event.target.tabIndex = 0;
    const turn = this.turns.find((one) => one.words === event.target);
    if (this.cursor?.turn !== turn) this.cursor = { turn, anchor: 0, at: 0 };
    this.place();
  }

  onClick(event) {
    const stripe = event.target.closest(".kr-stripe");
    if (stripe) {
      // Pressed by a key, the form is where one goes on.
      this.choose(stripe.dataset.key, event.detail === 0);
      return;
    }
    const piece = event.target.closest(".kr-piece");
    if (!piece || !document.getSelection().isCollapsed) return;
    const keys = piece.dataset.keys.split("\n");
    this.choose(keys[(keys.indexOf(this.chosen) + 1) % keys.length]);
  }

  /** Look at one coding: its words marked, its edges to move, its form open. */
  choose(key, moveFocus = false) {
    if (key === this.chosen) return;
    const before = this.codings.get(this.chosen);
    this.chosen = key;
    const now = this.codings.get(key);
    for (const coding of [before, now]) {
      const turn = coding && this.turnOf(coding);
      if (!turn) continue;
      for (const piece of turn.words.querySelectorAll(".kr-piece")) {
        piece.classList.toggle("kr-chosen", piece.dataset.keys.split("\n").includes(key));
      }
      for (const stripe of turn.margin.querySelectorAll(".kr-stripe")) stripe.setAttribute("aria-pressed", String(stripe.dataset.key === key));
    }
    if (now) this.cursor = null;
    this.place();
    this.room.onChoose(now ?? null, moveFocus);
  }

  /** Scroll the transcript, and nothing around it, until something is seen. */
  reveal(element, always = false) {
    const seen = element.getBoundingClientRect();
    const frame = this.node.getBoundingClientRect();
    if (always || seen.top < frame.top || seen.bottom > frame.bottom) {
      this.node.scrollTop += seen.top - frame.top - Math.max(20, (frame.height - seen.height) / 3);
    }
  }

  /** After coding, go on behind the words that were selected. */
  collapse() {
    if (!this.cursor) return;
    const { turn, anchor, at } = this.cursor;
    this.cursor = { turn, anchor: Math.max(anchor, at), at: Math.max(anchor, at) };
    document.getSelection().collapse(...placeOf(turn.words, this.cursor.at));
    this.place();
  }

  /** Bring a span into view and select it. */
  show(start, end) {
    const turn = this.turnAt(start);
    if (!turn) return;
    this.reveal(turn.node, true);
    this.move(turn, this.inTurn(turn, start), false);
    this.move(turn, this.inTurn(turn, end), true);
  }

  /** Bring a span into view and mark it, leaving the focus where it is. */
  light(start, end) {
    const turn = this.turnAt(start);
    if (!turn) return;
    this.choose(null);
    this.cursor = { turn, anchor: this.inTurn(turn, start), at: this.inTurn(turn, end) };
    this.reveal(turn.node, true);
    this.place();
  }

  /* What lies over the words: the selection, the cursor, the edges of the chosen coding ------------------------- */

  /** Before the next frame, however often it is asked for: measuring is what costs. */
  place() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.placeNow());
  }

  placeNow() {
    cancelAnimationFrame(this.frame);
    this.over?.replaceChildren();
    this.caret = null;
    const coding = this.codings?.get(this.chosen);
    if (coding && !coding.detached && coding.coder === this.room.state.coder && this.room.state.writable) this.placeEdges(coding);
    else if (this.cursor) this.placeCursor(this.cursor);
  }

  box(turn, rectangle, kind) {
    const frame = turn.over.getBoundingClientRect();
    const node = h("div", { class: kind });
    node.style.cssText = `left:${rectangle.left - frame.left}px;top:${rectangle.top - frame.top}px;width:${rectangle.width}px;height:${rectangle.height}px`;
    return node;
  }

  placeCursor({ turn, anchor, at }) {
    this.over = turn.over;
    const [from, to] = [anchor, at].sort((a, b) => a - b);
    const rectangles = from < to ? [...rangeOf(turn.words, from, to).getClientRects()] : [];
    this.caret = this.box(turn, this.edge(turn, at), "kr-caret");
    turn.over.append(...rectangles.map((one) => this.box(turn, one, "kr-selected")), this.caret);
  }

  /** Where a place is seen: at the left of the character there, or at the right of the last one. */
  edge(turn, at) {
    const after = at < turn.text.length;
    const range = rangeOf(turn.words, after ? at : Math.max(0, at - 1), after ? at + 1 : at);
    const found = [...range.getClientRects()].pop() ?? turn.words.getBoundingClientRect();
    return { left: after ? found.left : found.right, top: found.top, width: 2, height: found.height };
  }

  placeEdges(coding) {
    const turn = this.turnAt(coding.start);
    const held = { from: this.inTurn(turn, coding.start), to: this.inTurn(turn, coding.end) };
    const { room } = this;
    this.over = turn.over;
    const commit = () => {
      const [start, end] = this.positions.points(turn.first + held.from, turn.first + held.to);
      if (start !== coding.start || end !== coding.end) room.act({ do: "change", key: coding.key, start, end });
    };
    const handle = (which) => {
      const node = h("button", { type: "button", class: `kr-edge kr-edge-${which}`, role: "slider", "aria-label": room.say(`edge.${which}`), "aria-valuemin": 0, "aria-valuemax": turn.text.length });
      const put = () => {
        const seen = this.edge(turn, held[which]);
        const frame = turn.over.getBoundingClientRect();
        node.style.left = `${seen.left - frame.left}px`;
        node.style.top = `${seen.top - frame.top}px`;
        node.style.height = `${seen.height}px`;
        node.setAttribute("aria-valuenow", held[which]);
        node.setAttribute("aria-valuetext", turn.text.slice(held.from, held.to));
      };
      const moveTo = (at) => {
        held[which] = which === "from" ? Math.max(0, Math.min(at, held.to - 1)) : Math.min(turn.text.length, Math.max(at, held.from + 1));
        put();
        for (const old of turn.over.querySelectorAll(".kr-selected")) old.remove();
        turn.over.prepend(...[...rangeOf(turn.words, held.from, held.to).getClientRects()].map((one) => this.box(turn, one, "kr-selected")));
      };
      node.addEventListener("keydown", (event) => {
        if (event.key === "ArrowRight" || event.key === "ArrowLeft") moveTo(step(turn.text, held[which], event.key === "ArrowRight", event.ctrlKey || event.altKey));
        else if (event.key === "Enter") commit();
        else if (event.key === "Escape") this.place();
        else return;
        event.preventDefault();
      });
      node.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        node.setPointerCapture(event.pointerId);
        node.onpointermove = (moved) => {
          node.style.pointerEvents = "none";
          const place = placeAt(moved.clientX, moved.clientY);
          node.style.pointerEvents = "";
          if (place && turn.words.contains(place[0])) moveTo(unitsBefore(turn.words, ...place));
        };
        node.onpointerup = () => {
          node.onpointermove = null;
          commit();
        };
      });
      put();
      return node;
    };
    fill(turn.over, handle("from"), handle("to"));
  }
}
