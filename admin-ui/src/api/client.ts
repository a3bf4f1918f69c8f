import type { paths } from './schema';

/** What the API said went wrong, in its own words; or that it was not reached. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly code: number,
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(message);
    this.name = 'ApiError';
  }

  get unreachable(): boolean {
    return this.status === 0;
  }
}

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Operation<P extends keyof paths, M extends Method> = M extends keyof paths[P] ? paths[P][M] : never;
type JsonOf<O> = O extends { responses: { 200: { content: { 'application/json': infer T } } } } ? T : unknown;
type Parameters_<O> = O extends { parameters: infer P } ? P : never;
type PathOf<O> = Parameters_<O> extends { path: infer P } ? P : undefined;
type QueryOf<O> = Parameters_<O> extends { query?: infer Q } ? Partial<Q> : undefined;

export interface Options<O> {
  path?: PathOf<O>;
  query?: QueryOf<O> | Record<string, string | number | boolean | undefined>;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

/** Fills a template of the OpenAPI document: `/topics/{topic}` becomes `/topics/orders`. */
export function urlOf(template: string, path?: object, query?: object): string {
  const values = (path ?? {}) as Record<string, unknown>;
  const filled = template.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(String(values[name] ?? '')));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${filled}?${text}` : filled;
}

export async function errorOf(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
  const text = await response.text().catch(() => '');
  try {
    const body = JSON.parse(text) as { error_code?: number; message?: string };
    if (body.message) {
      return new ApiError(
        body.message,
        response.status,
        body.error_code ?? response.status,
        Number.isFinite(retryAfter) ? retryAfter : null,
      );
    }
  } catch {
    // Something between us and the gateway answered.
  }
  return new ApiError(`HTTP ${response.status} ${response.statusText}`.trim(), response.status, response.status);
}

export async function fetchOrThrow(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === 'AbortError') throw failure;
    throw new ApiError('The gateway was not reached. Is it running, and is this computer connected?', 0, 0);
  }
  if (!response.ok) throw await errorOf(response);
  return response;
}

/** Calls an operation of the OpenAPI document; `T` where the document leaves the answer open. */
export async function call<P extends keyof paths, M extends Method, T = JsonOf<Operation<P, M>>>(
  method: M,
  template: P,
  options: Options<Operation<P, M>> = {},
): Promise<T> {
  const init: RequestInit = { method: method.toUpperCase(), headers: { Accept: 'application/json' } };
  if (options.signal) init.signal = options.signal;
  if (options.body !== undefined) {
    init.headers = { Accept: 'application/json', 'Content-Type': 'application/json' };
    init.body = JSON.stringify(options.body);
  }
  const response = await fetchOrThrow(urlOf(template, options.path as object, options.query as object), init);
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export const get = <P extends keyof paths, T = JsonOf<Operation<P, 'get'>>>(
  template: P,
  options: Options<Operation<P, 'get'>> = {},
): Promise<T> => call<P, 'get', T>('get', template, options);
