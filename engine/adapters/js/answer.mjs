// The ends of a request other than `ok`: throw one of these, and the main loop answers with it.

export class Answer {
  constructor(fields) {
    this.fields = fields;
  }
}

const end = (field) => (what) => {
  throw new Answer({ [field]: what });
};

// The engine, or this adapter, cannot do that.
export const lacks = end("unsupported");
// The request breaks a rule.
export const misuse = end("misuse");
// A handle that was dropped.
export const dropped = end("dropped");
// A failure of the adapter, or an answer of the engine that it does not know.
export const fail = end("failed");
