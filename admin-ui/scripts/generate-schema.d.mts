export function generate(broker: string): Promise<string>;
