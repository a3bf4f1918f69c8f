export function lint(text: string): Promise<string[]>;
export function compile(text: string): Promise<string>;
