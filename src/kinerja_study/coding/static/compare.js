class Comparison { constructor(room) { this.room=room; this.coders=[]; this.node=h("div"); } draw() {} }
