/**
 * JSON as it stands: numbers keep their digits (a 64-bit integer does not fit into a double), members their order, and
 * doubled names both stay. RFC 8259, nesting up to 400.
 */
export type Json =
  | { kind: 'object'; members: readonly [string, Json][] }
  | { kind: 'array'; items: readonly Json[] }
  | { kind: 'string'; value: string }
  | { kind: 'number'; text: string }
  | { kind: 'word'; text: 'true' | 'false' | 'null' };

const DEEPEST = 400;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SPACE = /[ \t\n\r]*/y;

class Parser {
  private at = 0;

  constructor(private readonly text: string) {}

  whole(): Json {
    const value = this.value(0);
    this.space();
    if (this.at < this.text.length) throw this.wrong('more after the end');
    return value;
  }

  private value(depth: number): Json {
    if (depth > DEEPEST) throw this.wrong(`nested deeper than ${DEEPEST}`);
    this.space();
    const first = this.text[this.at];
    if (first === '{') return this.object(depth);
    if (first === '[') return this.array(depth);
    if (first === '"') return { kind: 'string', value: this.string() };
    for (const word of ['true', 'false', 'null'] as const) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return { kind: 'word', text: word };
      }
    }
    NUMBER.lastIndex = this.at;
    const number = NUMBER.exec(this.text);
    if (!number || number[0] === '') throw this.wrong(first === undefined ? 'it ends too early' : `'${first}' is not expected`);
    this.at += number[0].length;
    return { kind: 'number', text: number[0] };
  }

  private object(depth: number): Json {
    const members: [string, Json][] = [];
    this.at++;
    this.space();
    if (this.take('}')) return { kind: 'object', members };
    for (;;) {
      this.space();
      if (this.text[this.at] !== '"') throw this.wrong('a name in quotes is expected');
      const name = this.string();
      this.space();
      if (!this.take(':')) throw this.wrong("':' is expected");
      members.push([name, this.value(depth + 1)]);
      this.space();
      if (this.take('}')) return { kind: 'object', members };
      if (!this.take(',')) throw this.wrong("',' or '}' is expected");
    }
  }

  private array(depth: number): Json {
    const items: Json[] = [];
    this.at++;
    this.space();
    if (this.take(']')) return { kind: 'array', items };
    for (;;) {
      items.push(this.value(depth + 1));
      this.space();
      if (this.take(']')) return { kind: 'array', items };
      if (!this.take(',')) throw this.wrong("',' or ']' is expected");
    }
  }

  private string(): string {
    STRING.lastIndex = this.at;
    const found = STRING.exec(this.text);
    if (!found) throw this.wrong('a string is not closed or has a bad escape');
    this.at += found[0].length;
    return JSON.parse(found[0]) as string;
  }

  private take(sign: string): boolean {
    if (this.text[this.at] !== sign) return false;
    this.at++;
    return true;
  }

  private space(): void {
    SPACE.lastIndex = this.at;
    SPACE.exec(this.text);
    this.at = SPACE.lastIndex;
  }

  private wrong(what: string): SyntaxError {
    const before = this.text.slice(0, this.at);
    const line = before.split('\n').length;
    return new SyntaxError(`Not JSON: ${what} at line ${line}, column ${this.at - before.lastIndexOf('\n')}.`);
  }
}

/** Throws a SyntaxError that names the place. */
export const parse = (text: string): Json => new Parser(text).whole();

export function tryParse(text: string): Json | null {
  try {
    return parse(text);
  } catch {
    return null;
  }
}

/** One line, or indented. */
export function print(json: Json, indent = 0, level = 0): string {
  const pad = indent > 0 ? `\n${' '.repeat(indent * (level + 1))}` : '';
  const end = indent > 0 ? `\n${' '.repeat(indent * level)}` : '';
  switch (json.kind) {
    case 'object':
      if (json.members.length === 0) return '{}';
      return `{${json.members.map(([name, value]) => `${pad}${JSON.stringify(name)}:${indent > 0 ? ' ' : ''}${print(value, indent, level + 1)}`).join(',')}${end}}`;
    case 'array':
      if (json.items.length === 0) return '[]';
      return `[${json.items.map((item) => pad + print(item, indent, level + 1)).join(',')}${end}]`;
    case 'string':
      return JSON.stringify(json.value);
    case 'number':
    case 'word':
      return json.text;
  }
}

/** What stands at `$.a.b[0]`; undefined where nothing does. */
export function at(json: Json, path: string): Json | undefined {
  let here: Json | undefined = json;
  for (const step of path.replace(/^\$\.?/, '').matchAll(/([^.[\]]+)|\[(\d+)\]/g)) {
    if (here?.kind === 'object') here = here.members.findLast(([name]) => name === (step[1] ?? step[2]))?.[1];
    else if (here?.kind === 'array') here = here.items[Number(step[1] ?? step[2])];
    else return undefined;
  }
  return here;
}
