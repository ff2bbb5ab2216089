/* The room's front end is these files one after the other, in the order of widget.py; the last one exports.
   Here: code points of the canonical text (Python, the files) to UTF-16 units (the browser) and back, nowhere else. */

class Positions {
  /** @param {string} text the canonical text of a document */
  constructor(text) {
    this.text = text;
    this.pairs = []; // code points that take two units, by their place in code points
    if (/[\ud800-\udbff][\udc00-\udfff]/.test(text)) {
      let point = 0;
      for (const character of text) {
        if (character.length === 2) this.pairs.push(point);
        point += 1;
      }
    }
  }

  /** Units before a code point. */
  unit(point) {
    return point + lowerBound(this.pairs.length, (n) => this.pairs[n] >= point);
  }

  /** Code points before a unit; the middle of a pair counts as its start. */
  point(unit) {
    return unit - lowerBound(this.pairs.length, (n) => this.pairs[n] + n >= unit);
  }

  /** The span of code points that covers a span of units wholly. */
  points(from, to) {
    const end = this.point(to);
    return [this.point(from), this.unit(end) < to ? end + 1 : end];
  }

  slice(start, end) {
    return this.text.slice(this.unit(start), this.unit(end));
  }
}

/** The first of 0 to count - 1 for which the test holds, or count; the test holds from some number on. */
function lowerBound(count, holds) {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Units of an element's text before a place in the document. */
function unitsBefore(element, node, offset) {
  const range = document.createRange();
  range.selectNodeContents(element);
  range.setEnd(node, offset);
  return range.toString().length;
}

/** The text node of an element that holds a unit, and the offset in it. */
function placeOf(element, unit) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let node = walker.nextNode();
  let last = null;
  while (node) {
    if (unit <= node.length) return [node, unit];
    unit -= node.length;
    last = node;
    node = walker.nextNode();
  }
  return last ? [last, last.length] : [element, 0];
}

function rangeOf(element, from, to) {
  const range = document.createRange();
  range.setStart(...placeOf(element, from));
  range.setEnd(...placeOf(element, to));
  return range;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const words = new Intl.Segmenter("id", { granularity: "word" });

/** Where a step of the cursor leads: a character as it is seen, or the far edge of the next word. */
function step(text, at, forward, byWord) {
  if (forward ? at >= text.length : at <= 0) return at;
  if (!byWord) {
    const piece = graphemes.segment(text).containing(forward ? at : at - 1);
    return forward ? piece.index + piece.segment.length : piece.index;
  }
  const pieces = words.segment(text);
  while (forward ? at < text.length : at > 0) {
    const piece = pieces.containing(forward ? at : at - 1);
    at = forward ? piece.index + piece.segment.length : piece.index;
    if (piece.isWordLike) break;
  }
  return at;
}

/** The text node and offset under a point of the window. */
function placeAt(x, y) {
  const position = document.caretPositionFromPoint?.(x, y);
  if (position) return [position.offsetNode, position.offset];
  const range = document.caretRangeFromPoint?.(x, y);
  return range ? [range.startContainer, range.startOffset] : null;
}
